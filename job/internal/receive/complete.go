package receive

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"

	"nayose"
)

// completion is what a partner says to have delivered, and the marker's content: file 1, 2 and so on.
type completion struct {
	Files []declared `json:"files"`
}

// complete holds what is there against what the partner says to have delivered, and makes the delivery ready by its marker. Two that say
// the same at once are both right; a second that says something else is not. What stands there does not change, so nothing can come
// between the comparison and the marker but a further file, which the partner alone could send.
func (s *Service) complete(c *call) (answer, error) {
	var said completion
	if err := readJSON(c, &said); err != nil {
		return answer{}, err
	}
	contents, err := said.contents(c.partner)
	if err != nil {
		return answer{}, err
	}
	for i, want := range contents {
		c.number = i + 1
		if err := s.verify(c, want); err != nil {
			return answer{}, err
		}
	}
	c.number = 0
	if err := s.noMore(c, len(contents)); err != nil {
		return answer{}, err
	}
	if err := s.mark(c, contents); err != nil {
		return answer{}, err
	}
	return s.status(c)
}

// contents are the files that are said to be there.
func (said completion) contents(p *Partner) ([]nayose.Content, error) {
	if n := len(said.Files); n < 1 || n > p.most() || p.Files > 0 && n != p.Files {
		if p.Files > 0 {
			return nil, badRequest("files lists %d files, and a delivery has %d", n, p.Files)
		}
		return nil, badRequest("files lists %d files, and a delivery has 1 to %d", n, p.most())
	}
	contents := make([]nayose.Content, len(said.Files))
	for i, file := range said.Files {
		var err error
		if contents[i], err = file.content(); err != nil {
			return nil, err
		}
	}
	return contents, nil
}

// verify is a problem where a file is not there, or not as it is said to be.
func (s *Service) verify(c *call, want nayose.Content) error {
	there, err := s.holds(c.Context(), c.key(), want)
	switch {
	case errors.Is(err, otherContent):
		return notAsDeclared("file %d is there, and has not %s", c.number, declare(want))
	case err == nil && !there:
		return notAsDeclared("file %d is not there", c.number)
	}
	return err
}

// beyond is how many numbers after the last file are looked at for one that was left out of the list; a run looks as far.
const beyond = 3

func (s *Service) noMore(c *call, last int) error {
	for n := last + 1; n <= min(last+beyond, c.partner.most()); n++ {
		_, err := s.Input.Stat(c.Context(), c.partner.Place(c.week, n))
		if err == nil {
			return notAsDeclared("file %d is there, too", n)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// mark writes the marker, where there is one, or finds that it says the same.
func (s *Service) mark(c *call, contents []nayose.Content) error {
	if c.marker() == "" {
		return nil
	}
	var say completion
	for _, content := range contents {
		say.Files = append(say.Files, declare(content))
	}
	text, err := json.MarshalIndent(say, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if _, err = s.Input.Create(c.Context(), c.marker(), bytes.NewReader(text)); !errors.Is(err, fs.ErrExist) {
		return err
	}
	o, err := s.Input.Stat(c.Context(), c.marker())
	if err != nil {
		return err
	}
	r, err := s.Input.Open(c.Context(), o)
	if err != nil {
		return err
	}
	stands, err := io.ReadAll(io.LimitReader(r, maxRequest))
	if err = errors.Join(err, r.Close()); err == nil && !bytes.Equal(stands, text) {
		err = completed
	}
	return err
}

// status says how far the delivery is.
func (s *Service) status(c *call) (answer, error) {
	status, err := s.Status(c.Context(), c.partner.ID, c.week)
	if err != nil {
		return answer{}, err
	}
	status.Partner, status.Week = c.partner.ID, c.week
	if status.Files == nil {
		status.Files = []File{}
	}
	return answerJSON(http.StatusOK, status), nil
}

// rejects is the report of what was not taken.
func (s *Service) rejects(c *call) (answer, error) {
	report, err := s.Rejects(c.Context(), c.partner.ID, c.week)
	if errors.Is(err, fs.ErrNotExist) {
		err = noReport
	}
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, kind: "text/csv; charset=utf-8", body: report, headers: map[string]string{
		"Content-Disposition": `attachment; filename="rejects-` + c.partner.ID + "-" + c.week.String() + `.csv"`,
	}}, nil
}
