package record

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"nayose"
)

// workbook is an opened .xlsx file: a zip archive whose parts are XML.
//
//	_rels/.rels ─▶ xl/workbook.xml ─ xl/_rels/workbook.xml.rels ─▶ xl/worksheets/sheet1.xml …, xl/styles.xml, xl/sharedStrings.xml
type workbook struct {
	parts    map[string]*zip.File // by path in lower case
	limits   sheetLimits
	left     int64 // how many bytes may still be unpacked
	src      *source
	sheets   []sheet
	date1904 bool // days count from 1904
	formats  []numberFormat
	texts    sharedTexts
	shown    int64 // bytes that cells have said
}

// sheet is a visible sheet.
type sheet struct{ name, path string }

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

func readWorkbook(src io.ReaderAt, size int64, limits sheetLimits) (*workbook, error) {
	if size > limits.file {
		return nil, workbookFault(nayose.TooBig, "have the partner send CSV, or several workbooks",
			"a workbook of %d MiB; the limit is %d", size>>20, limits.file>>20)
	}
	head := make([]byte, len(oldOrLocked))
	if _, err := src.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.Equal(head, oldOrLocked) {
		return nil, workbookFault(nayose.Contract, saveAgain, "this is an old workbook (.xls), or one with a password")
	}
	w := &workbook{parts: map[string]*zip.File{}, limits: limits, left: limits.unpacked, src: &source{ReaderAt: src, size: size}}
	archive, err := readDirectory(w.src)
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
				w.sheets = append(w.sheets, sheet{s.Name, r.at(path.Dir(main))})
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
	return workbookFault(nayose.TooBig, "have the partner send CSV", "the workbook has more than %d sheets or parts: %s", maxSheets, name)
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
	return "", workbookFault(nayose.Contract, saveAgain, "this is no Excel workbook (.xlsx)")
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
	return workbookFault(nayose.Contract, saveAgain, "the workbook is damaged: %s: %v", name, err)
}

// part is a part of the workbook that is being read.
type part struct {
	*xml.Decoder
	name    string
	book    *workbook
	content io.ReadCloser
	stretch int64 // how much may be read before allow is called again
	depth   int   // of the token that was read last
}

func (w *workbook) open(name string) (*part, error) {
	f := w.parts[partKey(name)]
	if f == nil {
		return nil, w.blame(name, errors.New("the file lacks it"))
	}
	content, err := f.Open()
	if err != nil {
		return nil, w.blame(name, err)
	}
	p := &part{name: name, book: w, content: content}
	p.allow()
	p.Decoder = xml.NewDecoder(p)
	return p, nil
}

// Read unpacks within the limits.
func (p *part) Read(b []byte) (int, error) {
	n, err := p.content.Read(b)
	p.book.left -= int64(n)
	p.stretch -= int64(n)
	if limits := &p.book.limits; p.book.left < 0 || p.stretch < 0 {
		return 0, workbookFault(nayose.TooBig, "have the partner send CSV",
			"the workbook unpacks to more than %d bytes, or to more than %d for one row", limits.unpacked, limits.stretch)
	}
	return n, err
}

// allow lets one more stretch be read.
func (p *part) allow() { p.stretch = p.book.limits.stretch }

func (p *part) close() { p.content.Close() } // it has no state but its buffer

// maxDepth is how many elements may lie in one another. Workbooks have about ten; the decoder remembers all.
const maxDepth = 1000

// token is the next token of the part; the error is io.EOF behind the last of a whole part.
func (p *part) token() (xml.Token, error) {
	t, err := p.Token()
	switch t.(type) {
	case xml.StartElement:
		if p.depth++; p.depth > maxDepth {
			return nil, p.damaged(fmt.Errorf("more than %d elements in one another", maxDepth))
		}
	case xml.EndElement:
		p.depth--
	}
	return t, p.damaged(err)
}

// skip passes the element whose start was read last.
func (p *part) skip() error {
	for outside := p.depth - 1; p.depth > outside; {
		if _, err := p.token(); err != nil {
			return noEOF(err)
		}
	}
	return nil
}

func (p *part) damaged(err error) error { return p.book.blame(p.name, err) }

// noEOF says that an element which ends with its part is cut off.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// text reads the text of the element whose start was read last: its t elements, laid end to end, without the readings that
// Japanese Excel keeps beside them (rPh).
func (p *part) text() (string, error) {
	var text strings.Builder
	for inside := false; ; {
		token, err := p.token()
		if err != nil {
			return "", err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "t":
				inside = true
			case "rPh":
				if err := p.skip(); err != nil {
					return "", err
				}
			}
		case xml.CharData:
			if inside {
				text.Write(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inside = false
			case "si", "is":
				return unescapeText(text.String()), nil
			}
		}
	}
}

// characters reads an element that has no others in it.
func (p *part) characters() (string, error) {
	var text strings.Builder // comments may cut it into many
	for {
		token, err := p.token()
		if err != nil {
			return "", err
		}
		switch e := token.(type) {
		case xml.CharData:
			text.Write(e)
		case xml.EndElement:
			return text.String(), nil
		}
	}
}

// unescapeText resolves what XML cannot say: _x000D_ is a carriage return, and _x005F_ the _ of a text that looks like this.
func unescapeText(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escapedText.ReplaceAllStringFunc(s, func(escaped string) string {
		c, _ := strconv.ParseUint(escaped[2:6], 16, 16)
		return string(rune(c))
	})
}

var escapedText = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// attribute is the value of an element's attribute, or empty.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
