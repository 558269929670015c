package matcher

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

// openFile opens a master by the name of its file.
func openFile(path string) (*Master, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return Open(f)
}

// opened writes a master to a file and opens it.
func opened(t *testing.T, m *Master) *Master {
	t.Helper()
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "master")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	master, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := master.Close(); err != nil {
			t.Error(err)
		}
	})
	return master
}

// TestOpenedMaster holds that a master that was opened answers as the one that was built.
func TestOpenedMaster(t *testing.T) {
	m := newTestMatcher(t, town, townShops...)
	master := opened(t, m.master)
	if err := master.Check(); err != nil {
		t.Error(err)
	}
	other := New(master, DefaultModel())
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.OneOf(mention(), colleagues()).Draw(t, "mention")
		if diff := cmp.Diff(m.Match(&x), other.Match(&x)); diff != "" {
			t.Fatalf("%+v (-built +opened):\n%s", x, diff)
		}
	})
}

// TestAnswersOutliveTheMaster holds that an answer and a survey's places are no part of the file that was closed.
func TestAnswersOutliveTheMaster(t *testing.T) {
	built := newTestMatcher(t, town)
	x := nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17", URL: "assist.co.jp"}
	other := nayose.Mention{CompanyName: "株式会社アシスト", Address: "東京都千代田区九段北4-2-1", URL: "assist.co.jp"}
	mentions := keyed(x, other)
	answer := func(m *Matcher) ([]nayose.Match, []nayose.GroupPlace) {
		d, err := m.Survey(t.Context(), seq(mentions))
		if err != nil {
			t.Fatal(err)
		}
		return matches(d, mentions), slices.Collect(d.Places())
	}
	master := opened(t, built.master)
	got, places := answer(New(master, DefaultModel()))
	if err := master.Close(); err != nil {
		t.Fatal(err)
	}
	want, wantPlaces := answer(built)
	if diff := cmp.Diff(want, got) + cmp.Diff(wantPlaces, places); diff != "" || len(places) != 2 {
		t.Errorf("(-of a built master +of one that was closed since):\n%s", diff)
	}
}

// TestInheritedNames builds a master whose company has the name of one that it took over as its alias, too.
func TestInheritedNames(t *testing.T) {
	m := newTestMatcher(t, []nayose.Company{
		{ID: "1", Name: "株式会社アオバ", ClosedOn: nayose.NewDate(2025, 1, 1), SuccessorID: "2"},
		{ID: "2", Name: "株式会社アカネ", Aliases: "アオバ", NameEnglish: "AOBA", FormerNames: "有限会社アオバ|株式会社アオバ"},
	})
	if err := m.master.Check(); err != nil {
		t.Error(err)
	}
	if got := m.Match(&nayose.Mention{CompanyName: "株式会社アオバ"}); got.CompanyID != "2" {
		t.Errorf("its former name leads to %q\n%s", got.CompanyID, explain(got))
	}
}

func TestOpenRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master")
	if err := os.WriteFile(path, []byte("id,name\n1,ア\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := openFile(path)
	var fault *nayose.Error
	if m != nil || !errors.As(err, &fault) || fault.Kind != nayose.Integrity {
		t.Errorf("a file that is no master: %v", err)
	}
}
