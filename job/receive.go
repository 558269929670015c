package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/arrival"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
	"nayose/job/internal/receive"
	"nayose/job/internal/sheet"
)

func receiveCommand() *cli.Command {
	return &cli.Command{
		Name: "receive", Usage: "let partners deliver over HTTP, as a server or as an AWS Lambda function",
		Description: "Partners whose config has receive: keys: send their files here or by a signed URL to S3, complete the delivery, and\n" +
			"read how far it is (docs/receiving.md). Where AWS_LAMBDA_RUNTIME_API is set it answers Lambda's invocations, else\n" +
			"it listens until SIGTERM and ends with 0, or with 83 where requests had to be cut off. TLS is the gateway's.",
		Flags: []cli.Flag{
			&cli.StringFlag{
				Name: "listen", Value: "127.0.0.1:8080", Sources: cli.EnvVars("NAYOSE_LISTEN"), Usage: "listen at this `ADDRESS`; :8080 for all interfaces",
			},
		},
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			service := j.receiver()
			if len(service.Partners) == 0 {
				return usage(errors.New("no partner may deliver here"), "add receive: {keys: [SHA-256 of a key]} to a partner in the config")
			}
			if api := os.Getenv("AWS_LAMBDA_RUNTIME_API"); api != "" {
				return receive.Lambda(ctx, api, service)
			}
			l, err := net.Listen("tcp", c.String("listen"))
			if err != nil {
				return usage(err, "give an address of this machine that is free with --listen or NAYOSE_LISTEN")
			}
			j.log.Info("listening", "address", l.Addr().String(), "partners", len(service.Partners))
			return receive.Serve(ctx, l, service, j.log.Logger)
		}),
	}
}

// receiveConfig is what lets a partner deliver to nayose receive.
type receiveConfig struct {
	// Keys are the SHA-256, in hexadecimal, of the keys that the partner may show. Two let it change keys without a gap.
	Keys []string `yaml:"keys"`
}

// sums are the keys as package receive compares them.
func (r *receiveConfig) sums() (sums [][sha256.Size]byte, err error) {
	for i, key := range r.Keys {
		sum, err := hex.DecodeString(key)
		if err != nil || len(sum) != sha256.Size {
			return nil, usage(fmt.Errorf("receive: keys: number %d is no SHA-256", i+1), "put the key's SHA-256 there, not the key: printf %s KEY | sha256sum")
		}
		sums = append(sums, [sha256.Size]byte(sum))
	}
	return sums, nil
}

// validateReceive checks what lets partners deliver: that a key is one partner's, and so is the place of each object.
func (cfg *config) validateReceive() error {
	keys, places := map[string]string{}, map[string]string{}
	for _, id := range cfg.partnerIDs() {
		p := cfg.Partners[id]
		if err := p.validateReceive(); err != nil {
			return fmt.Errorf("partner %s: %w", id, err)
		}
		for _, key := range p.Receive.Keys {
			if other, taken := keys[strings.ToLower(key)]; taken {
				return usage(fmt.Errorf("partner %s: receive: keys: one of them is %s's, too", id, other), "give each partner keys of its own, each once")
			}
			keys[strings.ToLower(key)] = id
		}
		for _, key := range p.objects(nayose.Week{Year: 2026, Week: 47}) {
			other, taken := places[key]
			if taken && len(p.Receive.Keys)+len(cfg.Partners[other].Receive.Keys) > 0 {
				return usage(fmt.Errorf("partner %s: %s, for one, is an object of %s, too", id, key, other), "give files and marker of each partner names of their own")
			}
			places[key] = id
		}
	}
	return nil
}

// objects are the keys of all objects that a delivery may have.
func (p *partnerConfig) objects(week nayose.Week) (keys []string) {
	e, most := p.expected(), len(p.Files)
	if e.Numbered() {
		most = receive.MaxFiles
	}
	for n := range most {
		keys = append(keys, e.Key(week, n+1))
	}
	if e.Marker != "" {
		keys = append(keys, e.MarkerKey(week))
	}
	return keys
}

func (p *partnerConfig) validateReceive() error {
	if _, err := p.Receive.sums(); err != nil || len(p.Receive.Keys) == 0 {
		return err
	}
	for _, pattern := range p.Files {
		if !arrival.Weekly(pattern) {
			return usage(fmt.Errorf("receive: files: %s is the same object every week, and nothing is overwritten", pattern),
				"put {week} or {monday} into the file's name")
		}
	}
	switch {
	case p.expected().Numbered() && p.Complete.Marker == "":
		return usage(errors.New("receive: files: nothing says which {n} is the last"), "add complete: marker:, which is written when the partner completes the delivery")
	case len(p.Files) > receive.MaxFiles || p.Complete.Count > receive.MaxFiles:
		return usage(fmt.Errorf("receive: a delivery has more than %d files", receive.MaxFiles), "have the partner send fewer and larger files")
	}
	return nil
}

// receiver is the service for the partners that may deliver.
func (j *job) receiver() *receive.Service {
	s := &receive.Service{Input: j.input, Log: j.log.Logger, Status: j.received, Rejects: j.partnerReport, Today: nayose.Today}
	for _, id := range j.cfg.partnerIDs() {
		p := j.cfg.Partners[id]
		keys, err := p.Receive.sums()
		if err != nil || len(keys) == 0 { // the config was validated: there is no error
			continue
		}
		e := p.expected()
		partner := receive.Partner{ID: id, Keys: keys, Files: len(e.Files), Place: e.Key, Marker: e.MarkerKey}
		if e.Numbered() {
			partner.Files = e.Count
		}
		s.Partners = append(s.Partners, partner)
	}
	return s
}

// received says how far a delivery is, by what is there of it and by the plan and the manifests that came of it.
func (j *job) received(ctx context.Context, partner string, week nayose.Week) (status receive.Status, err error) {
	d, seen, err := j.arrived(ctx, partner, week)
	if err != nil {
		return status, err
	}
	for n := 1; len(status.Files) < len(seen.Files); n++ {
		if o := seen.Files[len(status.Files)]; o.Key == d.cfg.expected().Key(week, n) {
			status.Files = append(status.Files, receive.File{Number: n, Size: o.Size, Received: o.Modified.UTC()})
		}
	}
	switch {
	case d.allMatched():
		status.State = receive.Matched
	case d.extract.Extract != nil:
		status.State = receive.Extracted
	case d.plan.Number > 0:
		status.State = receive.Planned
	case seen.Whole(time.Now()) == nil:
		status.State = receive.Received
	default:
		status.State = receive.Open
	}
	if e := d.extract.Extract; e != nil {
		status.Counts = &receive.Counts{
			Records: e.Records, Accepted: e.Unique, Rejected: e.Rejected, Duplicates: e.Duplicates, Deletions: e.Deletions,
		}
	}
	return status, nil
}

// arrived is a delivery with the plan and the manifests that came of it, and what is there of its files.
func (j *job) arrived(ctx context.Context, partner string, week nayose.Week) (*delivery, arrival.Sighting, error) {
	ds, err := j.deliveries(week, partner)
	if err != nil {
		return nil, arrival.Sighting{}, err
	}
	seen, err := ds[0].cfg.expected().Look(ctx, j.input, week)
	if err == nil {
		err = j.locate(ctx, ds[0])
	}
	return ds[0], seen, err
}

// Limits of a report over HTTP: how many bytes its rows have, which quotes can make twice as many and Lambda takes 6 MB of in base64, and how
// large a delivery may be to be read for it before the week's run has.
const (
	mostReport  = 2 << 20
	mostChecked = 64 << 20
)

// partnerReport is what the partner is told about a delivery, as a CSV: of what extract made of it, else, where it is whole and small, of what it
// would make of it. So it is there also for a delivery that is held. The error is fs.ErrNotExist where neither is so.
func (j *job) partnerReport(ctx context.Context, partner string, week nayose.Week) ([]byte, error) {
	d, seen, err := j.arrived(ctx, partner, week)
	if err != nil {
		return nil, err
	}
	report := feed.PartnerReport{Partner: partner, Week: week, Most: mostReport}
	if e := d.extract.Extract; e != nil {
		report.Counts, report.Rejects = *e, artifact.ValuesOf[nayose.Reject](ctx, j.store, &d.extract, rejectsFile)
	} else if err := j.foretell(ctx, d, &seen, &report); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = sheet.Write(&b, report.Write)
	return b.Bytes(), err
}

// foretell reads a delivery that no run has read yet into its report, as a run will read it.
func (j *job) foretell(ctx context.Context, d *delivery, seen *arrival.Sighting, report *feed.PartnerReport) error {
	size := int64(0)
	for _, o := range seen.Files {
		size += o.Size
	}
	if seen.Whole(time.Now()) != nil || size > mostChecked {
		return fs.ErrNotExist
	}
	var err error
	if d.plan.Files, err = j.pinSeen(ctx, seen, nil); err != nil {
		return err
	}
	var first []nayose.Reject // a little more than the report takes
	held := 0
	read, err := feed.Read(ctx, j.feedOf(d), feed.Sink{Reject: func(r nayose.Reject) error {
		if held <= mostReport {
			first, held = append(first, r), held+len(r.Raw)+len(r.File)
		}
		return nil
	}})
	var fault *nayose.Error
	if errors.As(err, &fault) && (fault.Kind == nayose.Contract || fault.Kind == nayose.Held) {
		report.Refused, err = nayose.OneLine(err.Error()), nil
	}
	report.Counts, report.Rejects = read.Counts, streamOf(first)
	return err
}
