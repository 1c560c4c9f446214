"""What customers say: scored by the scoring service, summed up per customer, honest about doubt."""
