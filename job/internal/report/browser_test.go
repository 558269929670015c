package report

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser starts the Chromium that NAYOSE_CHROMIUM names.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := os.Getenv("NAYOSE_CHROMIUM")
	if path == "" {
		t.Skip("NAYOSE_CHROMIUM names no browser: make report-test installs one")
	}
	flag := func(name string) chromedp.ExecAllocatorOption { return chromedp.Flag(name, true) }
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		flag("disable-quic"), flag("disable-component-update"), flag("hide-scrollbars"))...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// tab is a page that the browser shows.
type tab struct {
	*testing.T
	ctx context.Context
}

// open shows a week in a tab of its own, without a network. Whatever the page asks for, and whatever the browser complains of, fails the test.
func open(t *testing.T, browser context.Context, r Week, scheme string, width int64) tab {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	own := "file://" + file
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithListener(complaints(t, own)))
	t.Cleanup(cancel)
	p := tab{t, ctx}
	ask(p, network.Enable, network.EnableParams{})
	ask(p, log.Enable, cdp.Empty{})
	ask(p, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: true})
	p.prefer(scheme, "")
	p.do(chromedp.EmulateViewport(width, 900), chromedp.Navigate(own))
	return p
}

// complaints fails the test for each event that a page without faults does not cause.
func complaints(t *testing.T, own string) func(event any) {
	var lock sync.Mutex
	seen := map[string]bool{}
	return func(event any) {
		text := ""
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if url := e.Request.URL; url != own && !strings.HasPrefix(url, "data:") {
				text = "the page asks for " + url
			}
		case *runtime.EventConsoleAPICalled:
			text = fmt.Sprintf("the console says %s: %s", e.Type, e.Args[0].Value)
		case *runtime.EventExceptionThrown:
			text = fmt.Sprintf("a script fails: %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
		case *log.EventEntryAdded:
			text = "the browser says: " + e.Entry.Text
		}
		lock.Lock()
		defer lock.Unlock()
		if text != "" && !seen[text] {
			seen[text] = true
			t.Error(text)
		}
	}
}

// prefer sets the colour scheme that the reader prefers, and the medium: "" is the screen.
func (p tab) prefer(scheme, medium string) {
	p.Helper()
	ask(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

func (p tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

func get[T any](p tab, what chromedp.Action[T]) T {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
	defer cancel()
	answer, err := chromedp.Run(ctx, what)
	if err != nil {
		p.Fatal(err)
	}
	return answer
}

// script is the value of a JavaScript expression.
func script[T any](p tab, expression string, args ...any) T {
	p.Helper()
	return get(p, chromedp.Evaluate[T](fmt.Sprintf(expression, args...)))
}

func ask[P, R any](p tab, command cdp.Command[P, R], params P) R {
	p.Helper()
	answer, err := chromedp.Call(p.ctx, command, params)
	if err != nil {
		p.Fatal(err)
	}
	return answer
}

// keep leaves a file in the directory of pictures for a person to look at.
func keep(t *testing.T, name string, content []byte) {
	t.Helper()
	dir := os.Getenv("NAYOSE_PICTURES")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// photograph keeps a picture of each section.
func (p tab) photograph(name string) {
	p.Helper()
	keep(p.T, name+".png", get(p, chromedp.FullScreenshot(100)))
	for i := range script[int](p, `document.querySelectorAll("section").length`) {
		keep(p.T, fmt.Sprintf("%s-%02d.png", name, i+1), get(p, chromedp.Screenshot(chromedp.CSS(fmt.Sprintf("section:nth-of-type(%d)", i+1)))))
	}
}
