"""PostgreSQL 15 and newer, by psycopg 3: a pool, one transaction for each unit, order kept by keys and row locks."""
