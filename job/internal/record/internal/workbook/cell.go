package workbook

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"nayose"
)

// cell is a cell as it stands in the file.
type cell struct {
	kind    string // s: a shared text; str and inlineStr: text; b: boolean; e: error; d: date; n or empty: number
	style   string // the number of its style
	value   string
	formula bool
	valued  bool // it has a value, be it empty
}

// read reads the content of the cell whose start was read last.
func (c *cell) read(p *part) error {
	for {
		token, err := p.token()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.EndElement: // of the cell: elements inside are read whole
			return nil
		case xml.StartElement:
			switch e.Name.Local {
			case "v":
				c.valued = true
				if c.value, err = p.characters(); c.kind == "str" {
					c.value = unescapeText(c.value)
				}
			case "is":
				c.valued = true
				c.value, err = p.text()
			default:
				c.formula = c.formula || e.Name.Local == "f"
				err = p.skip()
			}
			if err != nil {
				return err
			}
		}
	}
}

// show is what a cell says, and what is wrong with it, if anything.
func (w *workbook) show(c *cell) (text, wrong string, err error) {
	switch c.kind {
	case "s":
		text, wrong, err = w.texts.at(c.value)
	case "str", "inlineStr", "e":
		text = c.value
	case "b":
		if text = "FALSE"; isTrue(c.value) {
			text = "TRUE"
		}
	case "d":
		text = strings.TrimSuffix(strings.Replace(c.value, "T", " ", 1), " 00:00:00")
	default:
		text = w.number(c)
	}
	switch {
	case err != nil || wrong != "":
	case c.formula && !c.valued:
		wrong = "holds a formula that was never calculated"
	case strings.ContainsRune(text, 0):
		wrong = "holds a NUL"
	case strings.ContainsRune(text, '\uFFFD'):
		wrong = "holds U+FFFD: a character was lost before the file was written"
	}
	return text, wrong, err
}

// number shows a number in the cell's format.
func (w *workbook) number(c *cell) string {
	style, err := strconv.Atoi(c.style)
	if c.style == "" {
		style, err = 0, nil
	}
	if err != nil || style < 0 || style >= len(w.formats) {
		return plainNumber(c.value)
	}
	return w.formats[style].show(c.value, w.date1904)
}

// sharedTexts are the texts that cells refer to by their number. Few lie in memory, many in a temporary file, which has no name and
// so goes with the process.
type sharedTexts struct {
	ends   []int64 // of each text, where they are laid end to end
	memory string
	file   *os.File
}

func (t *sharedTexts) at(number string) (text, wrong string, err error) {
	if number == "" {
		return "", "", nil
	}
	i, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || i < 0 || i >= len(t.ends) {
		return "", "refers to a text that the workbook does not have", nil
	}
	start, end := int64(0), t.ends[i]
	if i > 0 {
		start = t.ends[i-1]
	}
	if t.file == nil {
		return t.memory[start:end], "", nil
	}
	b := make([]byte, end-start)
	if _, err := t.file.ReadAt(b, start); err != nil && len(b) > 0 {
		return "", "", fmt.Errorf("read back texts of the workbook: %w", err)
	}
	return string(b), "", nil
}

func (t *sharedTexts) close() {
	if t.file != nil {
		_ = t.file.Close() // nobody reads it any more
	}
}

// readTexts reads the part that holds the shared texts.
func (w *workbook) readTexts(name string) error {
	p, err := w.open(name)
	if err != nil {
		return err
	}
	defer p.close()
	var memory strings.Builder
	var out *bufio.Writer
	for size := int64(0); ; {
		token, err := p.token()
		switch {
		case err == io.EOF && out != nil:
			return out.Flush()
		case err == io.EOF:
			w.texts.memory = memory.String()
			return nil
		case err != nil:
			return err
		}
		if e, ok := token.(xml.StartElement); !ok || e.Name.Local != "si" {
			continue
		}
		p.allow()
		text, err := p.text()
		if err != nil {
			return err
		}
		size += int64(len(text))
		if w.texts.ends = append(w.texts.ends, size); len(w.texts.ends) > w.limits.texts {
			return refuse(nayose.TooBig, "have the partner send CSV", "the workbook has more than %d different texts", w.limits.texts)
		}
		if out == nil && size > w.limits.memory {
			if w.texts.file, err = namelessFile(); err != nil {
				return err
			}
			out = bufio.NewWriterSize(w.texts.file, 1<<16)
			text, memory = memory.String()+text, strings.Builder{}
		}
		if out == nil {
			memory.WriteString(text)
		} else if _, err := out.WriteString(text); err != nil {
			return err
		}
	}
}

// namelessFile is a temporary file that is gone when it is closed, or when the process ends in any way.
func namelessFile() (*os.File, error) {
	f, err := os.CreateTemp("", "nayose-texts-")
	if err != nil {
		return nil, err
	}
	return f, os.Remove(f.Name())
}
