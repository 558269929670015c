package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"nayose/job/internal/eval"
	"nayose/job/internal/feed"
)

// Gold reads a file of postings whose company is known, as a set of its name without answers. est, whose company names are the
// workplaces' own, is another task and stands apart.
func Gold(file string) (eval.Set, error) {
	base := filepath.Base(file)
	f, err := os.Open(file)
	if err != nil {
		return eval.Set{}, err
	}
	postings, err := eval.ReadPostings(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return eval.Set{}, fmt.Errorf("%s: %w", base, err)
	}
	name := strings.TrimSuffix(base, ".csv")
	return eval.Set{Name: name, Postings: postings, Apart: name == "est"}, nil
}

// Column is one column of a partner's.
func Column(header string) feed.Source { return feed.Source{Column: feed.Names{header}} }

// Partners are those of the real feeds, each with the columns of its files that make a mention.
var Partners = map[string]*feed.Mapping{
	"hoikukaigo": {Encoding: "utf-8", Columns: map[string]feed.Source{
		"posting_id": Column("求人ID"), "company_name": Column("法人名"), "workplace_name": Column("事業所名"), "address": Column("勤務地"),
		"phone": Column("電話番号"), "url": Column("ホームページ"),
	}},
	"carejob": {Encoding: "cp932", Columns: map[string]feed.Source{
		"posting_id": Column("管理番号"), "company_name": Column("会社名"), "address": Column("住所"), "phone": Column("TEL"),
	}},
}

// inMemory is a file's content.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// ReadFeed reads the file that one of the Partners delivered in a week, 2026-W47 for example, below a directory.
func ReadFeed(dir, week, partner string, sink feed.Sink) error {
	content, err := os.ReadFile(filepath.Join(dir, week, partner+".csv"))
	if err != nil {
		return err
	}
	file := feed.File{Key: partner, Open: func(context.Context) (feed.Content, error) { return inMemory{bytes.NewReader(content)}, nil }}
	_, err = feed.Read(context.Background(), feed.Delivery{Partner: partner, Mapping: Partners[partner], Files: []feed.File{file}}, sink)
	return err
}
