select
    import_id, kind, file, coalesce(sha256, ''), as_of, coalesce(whole, false), coalesce(prefecture, ''), read, inserted, updated, unchanged,
    late, removed, unknown, rejected, missing_days, started_at, finished_at
from nayose.import
order by import_id
