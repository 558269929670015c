package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"nayose/job/internal/store/s3test"
	"nayose/loader/pgtest"
)

var update = flag.Bool("update", false, "rewrite the golden files and the scripts' expectations")

// TestMain makes this test binary the command `nayose` of the scripts, and of the tests that run it: the real main.
func TestMain(m *testing.M) {
	testscript.Main(cleanly{m}, map[string]func(){"nayose": main})
}

// TestScripts drives the real binary through each command, good and bad: one script a topic in testdata/scripts, each
// with a directory, the sample corpus and an empty database of its own. Scripts named s3… have an S3 server too.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("../testdata/scripts/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, script := range scripts {
		name := strings.TrimSuffix(filepath.Base(script), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Files: []string{script}, UpdateScripts: *update, RequireUniqueNames: true,
				Cmds:  map[string]func(*testscript.TestScript, bool, []string){"exit": cmdExit, "sql": cmdSQL, "edit": cmdEdit, "objects": cmdObjects, "recode": cmdRecode},
				Setup: func(e *testscript.Env) error { return setUp(t, e, strings.HasPrefix(name, "s3")) },
			})
		})
	}
}

func setUp(t *testing.T, e *testscript.Env, withS3 bool) error {
	testdata, err := filepath.Abs("../testdata")
	if err != nil {
		return err
	}
	e.Setenv("DATABASE_URL", pgtest.Empty(t))
	e.Setenv("NAYOSE_CONFIG", "nayose.yaml")
	e.Setenv("NAYOSE_STORE", "store")
	e.Setenv("NAYOSE_INPUT", "corpus")
	e.Setenv("NAYOSE_WAIT", "0s")
	e.Setenv("TMPDIR", e.WorkDir)
	var server s3test.Server
	if withS3 {
		server = s3test.Start(t)
		server.MakeBucket(t, "acme", true)
		for _, v := range server.Environ() {
			name, value, _ := strings.Cut(v, "=")
			e.Setenv(name, value)
		}
		e.Setenv("NAYOSE_STORE", "s3://acme/nayose")
	}
	config, err := os.ReadFile(filepath.Join(testdata, "nayose.yaml"))
	if err != nil {
		return err
	}
	if withS3 {
		server.Put(t, "acme", "config/nayose.yaml", string(config))
	}
	return errors.Join(
		os.WriteFile(filepath.Join(e.WorkDir, "nayose.yaml"), config, 0o644),
		os.CopyFS(filepath.Join(e.WorkDir, "corpus"), os.DirFS(filepath.Join(testdata, "corpus"))))
}

// cmdExit runs a command and wants this exit code of it: exit 61 nayose run …
func cmdExit(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// cmdSQL runs a query on the script's database and puts its rows, a line each, on the standard output.
func cmdSQL(ts *testscript.TestScript, _ bool, args []string) {
	lines, err := query(ts.Getenv("DATABASE_URL"), args[0])
	ts.Check(err)
	fmt.Fprintln(ts.Stdout(), strings.Join(lines, "\n"))
}

// cmdEdit replaces a text that must stand in the file: edit FILE OLD NEW.
func cmdEdit(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	if !strings.Contains(string(b), args[1]) {
		ts.Fatalf("%s holds no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(name, []byte(strings.ReplaceAll(string(b), args[1], args[2])), 0o644))
}

// cmdObjects puts the keys of a directory store on the standard output, each with its time of writing, so that two
// listings are equal only where nothing was written between them.
func cmdObjects(ts *testscript.TestScript, _ bool, args []string) {
	root := ts.MkAbs(args[0])
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintln(ts.Stdout(), strings.TrimPrefix(name, root), info.ModTime().UnixNano())
		}
		return err
	})
	ts.Check(err)
}

// cmdRecode writes a UTF-8 file as partners do: recode cp932|euc-jp|utf-16|gzip|zip|xlsx FROM TO. In a zip it is two entries, split
// behind the third line, with the header in both.
func cmdRecode(ts *testscript.TestScript, _ bool, args []string) {
	from, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	out, err := recode(args[0], from)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), out, 0o644))
}

func recode(form string, text []byte) ([]byte, error) {
	var b bytes.Buffer
	switch form {
	case "cp932":
		return japanese.ShiftJIS.NewEncoder().Bytes(text)
	case "euc-jp":
		return japanese.EUCJP.NewEncoder().Bytes(text)
	case "utf-16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(text)
	case "gzip":
		w := gzip.NewWriter(&b)
		_, err := w.Write(text)
		err = errors.Join(err, w.Close())
		return b.Bytes(), err
	case "zip":
		return zipped(text)
	case "xlsx":
		return workbook(text)
	}
	return nil, fmt.Errorf("recode: %s is unknown", form)
}

// zipped packs a CSV text as two entries with names in CP932, as Windows in Japan writes them.
func zipped(text []byte) ([]byte, error) {
	lines := bytes.SplitAfter(text, []byte("\n"))
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, part := range [][][]byte{lines[:3], append(lines[:1:1], lines[3:]...)} {
		name, err := japanese.ShiftJIS.NewEncoder().String(fmt.Sprintf("求人%d.csv", i+1))
		if err != nil {
			return nil, err
		}
		entry, err := w.CreateHeader(&zip.FileHeader{Name: name, NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := entry.Write(bytes.Join(part, nil)); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// workbook makes a sheet of a CSV text, with dates and numbers as Excel keeps them, and where a title stands above it a sheet of
// notes beside.
func workbook(text []byte) ([]byte, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	f := excelize.NewFile()
	format := "m月d日"
	day, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return nil, err
	}
	for r, row := range rows {
		for c, text := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				return nil, err
			}
			var value any = text
			if date, err := time.Parse(time.DateOnly, text); err == nil {
				value = date
			} else if n, err := strconv.ParseInt(text, 10, 64); err == nil {
				value = n
			}
			if err := f.SetCellValue("Sheet1", cell, value); err != nil {
				return nil, err
			}
			if _, ok := value.(time.Time); ok {
				err = f.SetCellStyle("Sheet1", cell, cell, day)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	if _, err := f.NewSheet("備考"); err != nil {
		return nil, err
	}
	if len(rows[0]) != len(rows[1]) { // a workbook with a title has notes, too
		err = f.SetCellValue("備考", "A1", "ご確認ください")
	}
	if err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), f.Close()
}
