package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nayose"
)

// dataFile is a file below NAYOSE_DATA/csv.
type dataFile struct {
	*os.File
	size int64
}

func (f dataFile) Size() int64 { return f.size }

func openData(t *testing.T, name string) dataFile {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return dataFile{f, info.Size()}
}

func csvData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("NAYOSE_DATA")
	if dir == "" {
		t.Skip("NAYOSE_DATA is not set")
	}
	return filepath.Join(dir, "csv")
}

// TestRawSpectrum reads csv-spectrum, which brings the right answers.
func TestRawSpectrum(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(csvData(t), "spectrum/csvs/*.csv"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		answer := filepath.Join(filepath.Dir(file), "../json", strings.TrimSuffix(filepath.Base(file), ".csv")+".json")
		b, err := os.ReadFile(answer)
		if err != nil {
			t.Fatal(err)
		}
		var want []map[string]string
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		records := raw(t, openData(t, file), &Mapping{})
		if len(records) != len(want)+1 {
			t.Errorf("%s: %d records, want %d and a header", file, len(records), len(want))
			continue
		}
		for i, object := range want {
			for k, name := range records[0].Cells {
				if got := records[i+1].Cells[k]; got != object[name] || len(object) != len(records[i+1].Cells) {
					t.Errorf("%s: record %d: %s is %q, want %q", file, i, name, got, object[name])
				}
			}
		}
	}
}

// TestRawData reads the files that break other readers of CSV. What is to come of each was found by looking at it.
func TestRawData(t *testing.T) {
	const refused = "refused"  // in an encoding that is not read here
	want := map[string]string{ // records, and the lines of the rejects with their codes
		"csvkit/bad.csv":                          "2; 2 cell_count, 3 cell_count",
		"csvkit/bad_skip_lines.csv":               "2; 5 cell_count, 6 cell_count",
		"csvkit/empty.csv":                        "0",
		"csvkit/iris.csv":                         "151",
		"csvkit/join_a_short.csv":                 "2; 2 cell_count, 3 cell_count",
		"csvkit/mac_newlines.csv":                 "3",
		"csvkit/null_byte.csv":                    "1; 2 nul",
		"csvkit/test_empty_columns.csv":           "3; 3 cell_count",
		"csvkit/test_empty_columns_long_row.csv":  "1; 2 cell_count",
		"csvkit/test_empty_columns_short_row.csv": "1; 2 cell_count",
		"csvkit/test_extra_header.csv":            "1; 2 cell_count",
		"csvkit/test_geo.csv":                     "18",
		"csvkit/test_header_newline.csv":          "2",
		"csvkit/test_join_short_rows.csv":         "2; 2 cell_count, 3 cell_count",
		"csvkit/test_latin1.csv":                  refused,

		"duckdb/encodings/all_latin1.csv":  refused,
		"duckdb/encodings/latin1.csv":      refused,
		"duckdb/encodings/latin1.csv.gz":   refused,
		"duckdb/encodings/only_latin1.csv": refused,
		"duckdb/encodings/only_utf16.csv":  "6",
		"duckdb/encodings/shift_jis.csv":   "21",
		"duckdb/encodings/utf16.csv":       "21",
		"duckdb/encodings/utf16.csv.gz":    "21",

		"duckdb/rejects/dr_who.csv":                                "2",
		"duckdb/rejects/flush.csv":                                 "8",
		"duckdb/rejects/frankstein/nightmare.csv":                  "44; 10 cell_count, 14 cell_count, 22 quote, 38 encoding",
		"duckdb/rejects/incorrect_columns/few_columns.csv":         "2769; 1814 cell_count, 1823 cell_count, 2378 cell_count, 2762 cell_count",
		"duckdb/rejects/incorrect_columns/many_columns.csv":        "2769; 1096 cell_count, 1159 cell_count, 1206 cell_count, 2769 cell_count",
		"duckdb/rejects/incorrect_columns/mix_columns.csv":         "2769; 1604 cell_count, 1671 cell_count, 2751 cell_count, 2768 cell_count",
		"duckdb/rejects/multiple_errors/cast_and_less_col.csv":     "3; 4 cell_count, 5 cell_count",
		"duckdb/rejects/multiple_errors/cast_and_more_col.csv":     "3; 4 cell_count, 5 cell_count",
		"duckdb/rejects/multiple_errors/invalid_utf_cast.csv":      "2; 3 encoding",
		"duckdb/rejects/multiple_errors/invalid_utf_less.csv":      "2; 3 cell_count",
		"duckdb/rejects/multiple_errors/invalid_utf_max_line.csv":  "2; 3 cell_count",
		"duckdb/rejects/multiple_errors/invalid_utf_more.csv":      "2; 3 cell_count",
		"duckdb/rejects/multiple_errors/invalid_utf_unquoted.csv":  "2; 3 quote",
		"duckdb/rejects/multiple_errors/less_col_and_max_line.csv": "3; 4 cell_count",
		"duckdb/rejects/multiple_errors/more_col_and_max_line.csv": "3; 4 cell_count",
		"duckdb/rejects/multiple_errors/multiple_errors.csv":       "3; 4 cell_count, 5 cell_count, 6 quote, 7 cell_count, 8 cell_count",
		"duckdb/rejects/multiple_errors/unquoted_cast.csv":         "3; 3 quote",
		"duckdb/rejects/multiple_errors/unquoted_less.csv":         "3; 3 quote",
		"duckdb/rejects/multiple_errors/unquoted_maxline.csv":      "3; 3 quote",
		"duckdb/rejects/multiple_errors/unquoted_more.csv":         "3; 3 quote",
		"duckdb/rejects/incorrect_columns/small_mix.csv":           "3; 3 cell_count, 4 cell_count",
		"duckdb/rejects/maximum_line/max_10.csv":                   "8",
		"duckdb/rejects/maximum_line/over_vector.csv":              "2926",
		"duckdb/rejects/unquoted/basic.csv":                        "7; 5 quote",
		"duckdb/rejects/unquoted/unquoted_last_value.csv":          "4; 5 quote",
		"duckdb/rejects/unquoted/unquoted_new_line.csv":            "7; 5 quote, 6 quote",
	}
	root, seen := csvData(t), map[string]bool{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		short := strings.TrimPrefix(name, root+"/")
		if err != nil || d.IsDir() || strings.HasPrefix(short, "spectrum") || strings.HasSuffix(short, ".txt") {
			return err
		}
		seen[short] = true
		got := refused
		var fault *nayose.Error
		if err := WriteRaw(t.Context(), io.Discard, openData(t, name), &Mapping{}); err == nil {
			got = summaryOf(raw(t, openData(t, name), &Mapping{}))
		} else if !errors.As(err, &fault) || fault.Kind != nayose.Contract {
			t.Errorf("%s: %v", short, err)
		}
		expected, special := want[short]
		if !special {
			expected = linesOf(t, name)
		}
		if got != expected {
			t.Errorf("%q: %q,", short, got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		if !seen[name] {
			t.Errorf("%s is not there", name)
		}
	}
}

// linesOf is the summary of a file without surprises: each line with content is a record.
func linesOf(t *testing.T, name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(strings.NewReplacer(" ", "_", "\t", "_").Replace(string(b)))
	if strings.HasSuffix(name, ".gz") {
		return "2"
	}
	return fmt.Sprint(len(lines))
}

func summaryOf(records []rawRecord) string {
	var rejects []string
	for _, r := range records {
		if r.Reject != "" {
			rejects = append(rejects, fmt.Sprintf("%d %s", r.Line, r.Code))
		}
	}
	if rejects == nil {
		return fmt.Sprint(len(records))
	}
	return fmt.Sprintf("%d; %s", len(records)-len(rejects), strings.Join(rejects, ", "))
}
