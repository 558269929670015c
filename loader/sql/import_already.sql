select read, inserted, updated, unchanged, late, rejected from nayose.import where kind = 'registry' and sha256 = $1
