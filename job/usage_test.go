package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/urfave/cli/v3"
)

// TestHelp compares what --help says of each command, without the settings of all commands, which stand once. `make golden` rewrites
// the file.
func TestHelp(t *testing.T) {
	var all strings.Builder
	var ask func(c *cli.Command, args []string)
	ask = func(c *cli.Command, args []string) {
		var out bytes.Buffer
		if err := runCommandLine(context.Background(), newCommand(&out, &out), append(args, "--help")); err != nil {
			t.Fatalf("%s --help: %v", strings.Join(args, " "), err)
		}
		text := out.String()
		if len(args) > 1 {
			text, _, _ = strings.Cut(text, "\nGLOBAL OPTIONS:")
		}
		all.WriteString("$ " + strings.Join(args, " ") + " --help\n" + text + "\n")
		for _, sub := range c.Commands {
			ask(sub, append(args[:len(args):len(args)], sub.Name))
		}
	}
	ask(newCommand(nil, nil), []string{"nayose"})
	for line := range strings.SplitSeq(all.String(), "\n") {
		if width := (len(line) + utf8.RuneCountInString(line)) / 2; width > 120 { // a letter of Japanese has three bytes, and is two columns wide
			t.Errorf("a line of %d columns is too wide: %s", width, line)
		}
	}
	golden(t, "help.txt", strings.Replace(all.String(), codeVersion(), "VERSION (COMMIT)", 1))
}

func TestDidYouMean(t *testing.T) {
	names := []string{"run", "review", "status", "import", "master"}
	for word, want := range map[string]string{
		"runn": "run", "rn": "run", "statsu": "status", "reveiw": "review", "mastre": "master", "import": "import", "stat": "status",
		"version": "", "klingon": "", "x": "", "": "",
	} {
		got := didYouMean("", word, names)
		if want != "" {
			want = "did you mean " + want + "? "
		}
		if got != want {
			t.Errorf("didYouMean(%q) = %q, want %q", word, got, want)
		}
	}
}
