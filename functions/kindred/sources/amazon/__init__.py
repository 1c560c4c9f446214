"""Amazon: orders, listings and refunds by the Selling Partner API, notices of changes by SQS.

Amazon has no customers to give. A buyer is known by the address that Amazon made up for them and
this seller, and it is kept as a fingerprint alone: nobody may be written to for marketing.
"""
