package record

import (
	"io"
	"iter"
)

func openWorkbook(src io.ReaderAt, size int64) iter.Seq2[*Table, error] { return nil }
