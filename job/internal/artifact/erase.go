package artifact

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"nayose"
)

// EraseOld deletes each place of the stages all of whose objects were written before a time, with what attempts that came to nothing
// have left there, and each plan's parts of the outcome log that are so old. It says how many of both and how many objects went. A stage
// whose place is gone is not done, and is done anew by a run that needs it; so is the log.
//
// A place's manifest goes first, so that a crash leaves objects that nobody reads, which the next call takes. Plans, approvals and
// masters stay. Errors are the store's.
func EraseOld(ctx context.Context, s nayose.Store, before time.Time) (places, objects int, err error) {
	type place struct {
		keys   []string
		newest time.Time
	}
	found := map[string]*place{}
	for o, err := range listed(ctx, s, "stages", "outcomes") {
		if err != nil {
			return 0, 0, fmt.Errorf("erase old results: %w", err)
		}
		prefix := cmp.Or(placeOf(o.Key), outcomesOf(o.Key))
		if prefix == "" {
			continue
		}
		if found[prefix] == nil {
			found[prefix] = &place{}
		}
		p := found[prefix]
		p.keys = append(p.keys, o.Key)
		if o.Modified.After(p.newest) {
			p.newest = o.Modified
		}
	}
	for _, prefix := range slices.Sorted(maps.Keys(found)) {
		p := found[prefix]
		if !p.newest.Before(before) {
			continue
		}
		if err := eraseKeys(ctx, s, prefix, p.keys); err != nil {
			return places, objects, fmt.Errorf("erase %s: %w", prefix, err)
		}
		places, objects = places+1, objects+len(p.keys)
	}
	return places, objects, nil
}

// listed are the objects below several prefixes.
func listed(ctx context.Context, s nayose.Store, prefixes ...string) iter.Seq2[nayose.Object, error] {
	return func(yield func(nayose.Object, error) bool) {
		for _, prefix := range prefixes {
			for o, err := range s.List(ctx, prefix) {
				if !yield(o, err) {
					return
				}
			}
		}
	}
}

// Erase deletes all that stands in a place, and says how many objects went. The manifest goes last: until it does, the place is spoilt
// for readers, and the caller who died finds it again.
func Erase(ctx context.Context, s nayose.Store, p Place) (objects int, err error) {
	manifest := p.String() + "/manifest.json"
	for o, err := range s.List(ctx, p.String()) {
		if err == nil && o.Key != manifest {
			err = s.Delete(ctx, o.Key)
		}
		if err != nil {
			return objects, fmt.Errorf("erase %s: %w", p, err)
		}
		objects++
	}
	if objects > 0 {
		err = s.Delete(ctx, manifest)
	}
	if err != nil {
		return objects, fmt.Errorf("erase %s: %w", p, err)
	}
	return objects, nil
}

// Results are the manifests of all stages' results, found by a list: for who erases.
func Results(ctx context.Context, s nayose.Store) ([]Manifest, error) {
	var all []Manifest
	for o, err := range s.List(ctx, "stages") {
		if err != nil {
			return nil, fmt.Errorf("list results: %w", err)
		}
		prefix := placeOf(o.Key)
		if prefix == "" || o.Key != prefix+"/manifest.json" {
			continue
		}
		parts := strings.Split(prefix, "/")
		m, err := Committed(ctx, s, Place{Stage: parts[1], Digest: parts[2]})
		if missing(err) {
			continue // erased meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// Plans are all plans of a partner, found by a list: for who erases.
func Plans(ctx context.Context, s nayose.Store, partner string) ([]Plan, error) {
	var all []Plan
	for o, err := range s.List(ctx, "plans") {
		if err != nil {
			return nil, fmt.Errorf("list plans: %w", err)
		}
		parts := strings.Split(o.Key, "/")
		if len(parts) != 4 || parts[2] != partner {
			continue
		}
		week, err := nayose.ParseWeek(parts[1])
		number, err2 := strconv.Atoi(strings.TrimSuffix(parts[3], ".json"))
		if err != nil || err2 != nil {
			continue // no plan of ours
		}
		p, err := ReadPlan(ctx, s, week, partner, number)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// placeOf is the prefix of the place of a stage that an object stands in; empty for one that stands in none.
func placeOf(key string) string {
	parts := strings.SplitN(key, "/", 4)
	if len(parts) < 4 || parts[0] != "stages" {
		return ""
	}
	return strings.Join(parts[:3], "/")
}

// eraseKeys deletes the objects of a place, its manifest first.
func eraseKeys(ctx context.Context, s nayose.Store, prefix string, keys []string) error {
	manifest := prefix + "/manifest.json"
	if slices.Contains(keys, manifest) {
		if err := s.Delete(ctx, manifest); err != nil {
			return err
		}
	}
	for _, key := range keys {
		if key == manifest {
			continue
		}
		if err := s.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
