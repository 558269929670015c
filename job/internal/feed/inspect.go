package feed

import "context"

type Inspection struct{}

func Inspect(ctx context.Context, file Content) (*Inspection, error) { return nil, nil }
