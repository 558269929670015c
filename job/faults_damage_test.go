package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nayose/job/internal/faults"
)

// damage is one case of what can become of an object that lies in the store.
type damage struct{ object, way string }

func (d damage) String() string { return strings.ReplaceAll(d.object, "/", "-") + "-" + d.way }

// ways are what can become of an object's bytes.
var ways = map[string]func(b []byte) []byte{
	"flipped":   func(b []byte) []byte { b[len(b)/2] ^= 4; return b },
	"truncated": func(b []byte) []byte { return b[:len(b)/2] },
	"extended":  func(b []byte) []byte { return append(b, b[len(b)/2:]...) },
	"emptied":   func([]byte) []byte { return nil },
}

// done is what becomes of an object's bytes. To one that is empty only more can come.
func (d damage) done(good []byte) []byte {
	if len(good) == 0 {
		return []byte("more\n")
	}
	return ways[d.way](append([]byte(nil), good...))
}

// TestFaultDamage damages, one by one, all the objects that the stages before load have left, and then loads. Either the load says so and
// writes nothing, or the damage is of no account; once the object is put right, all is as it should be.
func TestFaultDamage(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	m := w.second
	m.store = w.matched(t)
	var cases []damage
	for _, object := range w.read(t, m) {
		// A damaged plan that is one still is another plan: the next run makes a new one, as after any change.
		for way := range ways {
			if !strings.HasPrefix(object, "plans/") || way == "truncated" || way == "emptied" {
				cases = append(cases, damage{object, way})
			}
		}
		if strings.HasSuffix(object, "/manifest.json") {
			cases = append(cases, damage{object, "gone"})
		}
	}
	sample(t, cases, 5, func(t *testing.T, d damage) {
		x := w.begin(t, m)
		name := filepath.Join(x.stores.store.String(), d.object)
		good, err := os.ReadFile(name)
		noError(t, err)
		noError(t, os.Remove(name)) // another trial's object is the same file
		if d.way != "gone" {
			noError(t, os.WriteFile(name, d.done(good), 0o644))
		}
		code, log := x.attempt(t.Context(), nil, nil)
		log = fmt.Sprintf("%s: exit %d\n%s", d, code, log)
		switch {
		case d.way == "gone" && code != 0:
			t.Errorf("exit code %d, want 0: what is gone is made again\n%s", code, log)
		case code == 0 && !strings.HasSuffix(d.object, ".json"):
			var tables strings.Builder
			noError(t, dumpTables(t.Context(), &tables, x.url))
			if !strings.HasSuffix(x.want, tables.String()) {
				t.Errorf("the damage came through\n%s", log)
			}
		case code != 0 && code != 63:
			t.Errorf("exit code %d, want 63\n%s", code, log)
		}
		if d.way != "gone" {
			noError(t, os.Remove(name))
			noError(t, os.WriteFile(name, good, 0o644))
		}
		x.settle(t, log)
	})
}

// matched is a copy of the second moment's store after every stage but load.
func (w *world) matched(t *testing.T) string {
	t.Helper()
	x := w.begin(t, w.second)
	code, log := w.command(t.Context(), x.stores, x.url, func(ctx context.Context, j *job) error {
		return j.through(ctx, secondWeek, stepFreeze, stepExtract, stepMatch)
	})
	if code != 0 {
		t.Fatalf("exit %d\n%s", code, log)
	}
	return x.stores.store.String()
}

// read are the keys of the store that a run of the second week reads after every stage but load.
func (w *world) read(t *testing.T, m moment) (keys []string) {
	t.Helper()
	x, count := w.begin(t, m), new(faults.Switch)
	x.stores.store = faults.NewStore(x.stores.store, count)
	if code, log := x.attempt(t.Context(), nil, nil); code != 0 {
		t.Fatalf("undisturbed: exit %d\n%s", code, log)
	}
	for _, operation := range count.Operations() {
		if key, opened := strings.CutPrefix(operation, "open "); opened && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}
