package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"nayose"
)

// workbook is an opened .xlsx file: a zip archive whose parts are XML.
//
//	_rels/.rels ─▶ xl/workbook.xml ─ xl/_rels/workbook.xml.rels ─▶ xl/worksheets/sheet1.xml …, xl/styles.xml, xl/sharedStrings.xml
type workbook struct {
	parts    map[string]*zip.File // by path in lower case
	limits   limits
	left     int64 // how many bytes may still be unpacked
	src      *source
	sheets   []listed
	date1904 bool // days count from 1904
	formats  []numberFormat
	texts    sharedTexts
	shown    int64 // bytes that cells have said
}

// listed is a visible sheet, as the workbook lists it.
type listed struct{ name, path string }

// relation says where a part has another that it names by an id.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:",attr"`
	Target string `xml:",attr"`
}

// is tells the kind of a relation, the last word of its type.
func (r relation) is(kind string) bool { return path.Base(r.Type) == kind }

// at is the path of the relation's target, seen from the directory of the part that names it.
func (r relation) at(dir string) string {
	if target, ok := strings.CutPrefix(r.Target, "/"); ok {
		return target
	}
	return path.Join(dir, r.Target)
}

const saveAgain = "have the partner open the file, save it as .xlsx without a password, and send it again; or send CSV"

// oldOrLocked is how .xls files start, and .xlsx files with a password.
var oldOrLocked = []byte{0xD0, 0xCF, 0x11, 0xE0}

func readWorkbook(src io.ReaderAt, size int64, most limits) (*workbook, error) {
	if size > most.file {
		return nil, refuse(nayose.TooBig, "have the partner send CSV, or several workbooks",
			"a workbook of %d MiB; the limit is %d", size>>20, most.file>>20)
	}
	head := make([]byte, len(oldOrLocked))
	if _, err := src.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.Equal(head, oldOrLocked) {
		return nil, refuse(nayose.Contract, saveAgain, "this is an old workbook (.xls), or one with a password")
	}
	w := &workbook{parts: map[string]*zip.File{}, limits: most, left: most.unpacked, src: &source{ReaderAt: src}}
	archive, err := zip.NewReader(w.src, size)
	if err != nil {
		return nil, w.blame("the archive", err)
	}
	for _, f := range archive.File {
		w.parts[partKey(f.Name)] = f
	}
	if err := w.read(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// source is the file. It remembers why it could not be read, so that nothing in the file is blamed for it.
type source struct {
	io.ReaderAt
	err error
}

func (s *source) ReadAt(b []byte, at int64) (int, error) {
	n, err := s.ReaderAt.ReadAt(b, at)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// partKey is what a part is found by: programs write its path in more than one way.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// read reads what all sheets need.
func (w *workbook) read() error {
	main, err := w.main()
	if err != nil {
		return err
	}
	relations, err := w.relations(main)
	if err != nil {
		return err
	}
	var content struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := w.decode(main, &content); err != nil {
		return err
	}
	if len(content.Sheets) > maxSheets {
		return w.tooMany(main)
	}
	w.date1904 = isTrue(content.Properties.Date1904)
	for _, s := range content.Sheets {
		if s.State != "" && s.State != "visible" {
			continue
		}
		for _, r := range relations {
			if r.ID == s.ID && r.is("worksheet") {
				w.sheets = append(w.sheets, listed{s.Name, r.at(path.Dir(main))})
			}
		}
	}
	for _, r := range relations {
		switch at := r.at(path.Dir(main)); {
		case err != nil:
		case r.is("styles"):
			err = w.readStyles(at)
		case r.is("sharedStrings"):
			err = w.readTexts(at)
		}
	}
	return err
}

// maxSheets is how many sheets a workbook may have, and how many other parts.
const maxSheets = 2000

func (w *workbook) tooMany(name string) error {
	return refuse(nayose.TooBig, "have the partner send CSV", "the workbook has more than %d sheets or parts: %s", maxSheets, name)
}

func isTrue(s string) bool { return s == "1" || s == "true" }

// main is the path of the part that lists the sheets.
func (w *workbook) main() (string, error) {
	relations, err := w.relations("")
	if err != nil {
		return "", err
	}
	for _, r := range relations {
		if at := r.at(""); r.is("officeDocument") && strings.HasSuffix(at, ".xml") && w.parts[partKey(at)] != nil {
			return at, nil
		}
	}
	return "", refuse(nayose.Contract, saveAgain, "this is no Excel workbook (.xlsx)")
}

// relations are those of a part; of the file itself where its path is empty. A part may have none.
func (w *workbook) relations(of string) ([]relation, error) {
	name := path.Join(path.Dir(of), "_rels", path.Base(of)+".rels")
	if of == "" {
		name = "_rels/.rels"
	}
	if w.parts[partKey(name)] == nil {
		return nil, nil
	}
	var content struct {
		Relations []relation `xml:"Relationship"`
	}
	err := w.decode(name, &content)
	if err == nil && len(content.Relations) > maxSheets {
		err = w.tooMany(name)
	}
	return content.Relations, err
}

// Excel has at most maxStyles cell styles, and formats of maxFormat letters; what is beyond is shown as it stands in the file.
const (
	maxStyles = 65_490
	maxFormat = 1 << 10 // bytes
)

func (w *workbook) readStyles(name string) error {
	var content struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.decode(name, &content); err != nil {
		return err
	}
	codes := map[int]string{}
	for _, f := range content.Formats {
		if len(f.Code) <= maxFormat {
			codes[f.ID] = f.Code
		}
	}
	for _, s := range content.Styles[:min(len(content.Styles), maxStyles)] {
		code, ok := codes[s.Format]
		if !ok {
			code = builtinFormat(s.Format)
		}
		w.formats = append(w.formats, parseFormat(code))
	}
	return nil
}

func (w *workbook) close() { w.texts.close() }

// decode reads a small part whole.
func (w *workbook) decode(name string, v any) error {
	p, err := w.open(name)
	if err != nil {
		return err
	}
	defer p.close()
	err = noEOF(p.Decode(v))
	return w.blame(name, err)
}

// blame says what is wrong with the file where a part of it cannot be read; what is wrong with its source is not its fault.
func (w *workbook) blame(name string, err error) error {
	var known *nayose.Error
	switch {
	case w.src.err != nil:
		return w.src.err
	case err == nil, err == io.EOF, errors.As(err, &known):
		return err
	}
	return refuse(nayose.Contract, saveAgain, "the workbook is damaged: %s: %v", name, err)
}
