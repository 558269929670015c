package review

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLibreOffice opens the workbook in LibreOffice, which NAYOSE_OFFICE names, and looks at what it makes of it: no cell is a formula,
// texts stay texts, the dropdown and the protection are understood. `make review-test` runs it.
func TestLibreOffice(t *testing.T) {
	office := os.Getenv("NAYOSE_OFFICE")
	if office == "" {
		t.Skip("NAYOSE_OFFICE names no LibreOffice")
	}
	var qs []Question
	for _, p := range payloads {
		q := question(p)
		q.Mention.Address, q.Mention.URL, q.Options[0].Company.Name = p, p, p
		qs = append(qs, q)
	}
	name := filepath.Join(t.TempDir(), "review.xlsx")
	if err := os.WriteFile(name, written(t, testRound, qs...), 0o600); err != nil {
		t.Fatal(err)
	}
	flat := string(converted(t, office, name, "fods"))
	if strings.Contains(flat, "table:formula=") {
		t.Error("LibreOffice sees a formula")
	}
	for _, want := range []string{
		`table:condition="of:cell-content-is-in-list(OFFSET([.$U2];0;0;1;COUNTA([.$U2:.$AB2])))"`, `table:protected="true"`,
		`style:cell-protect="none"`, ">=1+1<", "1234567890123", testRound.ID,
	} {
		if !strings.Contains(flat, want) {
			t.Errorf("LibreOffice has no %s", want)
		}
	}
	saved := converted(t, office, name, "xlsx")
	for name, text := range entries(t, saved) {
		if strings.HasPrefix(name, "xl/worksheets/sheet") && (strings.Contains(text, "<f>") || strings.Contains(text, "<f ")) {
			t.Errorf("%s has a formula once LibreOffice saved it", name)
		}
	}
	f := opened(t, saved)
	for i := range qs {
		if got, want := cellsOf(t, f, i+2)[labelKey], Key(testRound.Week, testRound.ID, qs[i].Mention.ID); got != want {
			t.Errorf("row %d has the key %q once LibreOffice saved it, want %q", i+2, got, want)
		}
	}
}

// converted is a file as LibreOffice saves it in another form.
func converted(t *testing.T, office, name, form string) []byte {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", form, "--outdir", dir, name)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(filepath.Base(name), "xlsx")+form))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
