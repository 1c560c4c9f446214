"""From a merchant's file to canonical tables: bytes, columns, values, rows. Pure: no Firestore."""
