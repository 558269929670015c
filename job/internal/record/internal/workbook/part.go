package workbook

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"nayose"
)

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
		return 0, refuse(nayose.TooBig, "have the partner send CSV",
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
