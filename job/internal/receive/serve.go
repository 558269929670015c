package receive

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"nayose"
)

// patience says how long a server waits for a client, and for requests under way when it is told to stop.
type patience struct{ header, body, answer, idle, stop time.Duration }

// patient takes 4 MiB over a line of 70 kB/s, and stops within the ten seconds that containers get.
var patient = patience{header: 10 * time.Second, body: time.Minute, answer: 2 * time.Minute, idle: time.Minute, stop: 8 * time.Second}

// maxHeader bounds a request's header; a gateway's own takes some 2 KB.
const maxHeader = 16 << 10

// Serve answers requests on l until ctx ends, and then those that are under way. An error of kind nayose.Stopped says that
// some of them took too long and were cut off.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	return serve(ctx, l, h, log, patient)
}

func serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger, p patience) error {
	server := &http.Server{
		Handler: h, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ReadHeaderTimeout: p.header, ReadTimeout: p.body, WriteTimeout: p.answer, IdleTimeout: p.idle,
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.stop)
		defer cancel()
		err := server.Shutdown(grace)
		if err != nil {
			err = errors.Join(nayose.Fault(nayose.Stopped, errors.New("requests were under way and are cut off"), ""), server.Close())
		}
		stopped <- err
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
