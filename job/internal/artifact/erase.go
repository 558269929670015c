package artifact

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"nayose"
)

// EraseOld deletes each place of the stages all of whose objects were written before a time, with what attempts that came to nothing
// have left there, and says how many places and objects went. A stage whose place is gone is not done, and is done anew by a run that needs it.
//
// A place's manifest goes first, so that a crash leaves objects that nobody reads, which the next call takes. Plans, approvals and
// masters stay. Errors are the store's.
func EraseOld(ctx context.Context, s nayose.Store, before time.Time) (places, objects int, err error) {
	type place struct {
		keys   []string
		newest time.Time
	}
	found := map[string]*place{}
	for o, err := range s.List(ctx, "stages") {
		if err != nil {
			return 0, 0, fmt.Errorf("erase old results: %w", err)
		}
		prefix := placeOf(o.Key)
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

// Erase deletes all that stands in a place, and says how many objects went, as EraseOld does.
func Erase(ctx context.Context, s nayose.Store, p Place) (objects int, err error) {
	var keys []string
	for o, err := range s.List(ctx, p.String()) {
		if err != nil {
			return 0, fmt.Errorf("erase %s: %w", p, err)
		}
		keys = append(keys, o.Key)
	}
	if err := eraseKeys(ctx, s, p.String(), keys); err != nil {
		return 0, fmt.Errorf("erase %s: %w", p, err)
	}
	return len(keys), nil
}

// placeOf is the prefix of the place that an object stands in; empty for one that stands in none.
func placeOf(key string) string {
	parts := strings.SplitN(key, "/", 4)
	if len(parts) < 4 {
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
