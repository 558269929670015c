insert into nayose.import (
    kind, file, sha256, as_of, whole, prefecture, read, inserted, updated, unchanged, late, removed, unknown, rejected, missing_days)
values (
    @kind, @file, @sha256, @as_of, case when @registry then @whole::boolean end, @prefecture, @read, @inserted, @updated, @unchanged, @late,
    @removed, @unknown, @rejected, @missing_days)
returning import_id
