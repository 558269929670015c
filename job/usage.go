package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
)

// What is wrong with a command line, in two lines of ours: the library's own words are about Go.

func usage(err error, hint string) error { return nayose.Fault(nayose.Usage, err, hint) }

// runCommandLine runs a command line. The error says what is wrong with it where it could not be understood.
func runCommandLine(ctx context.Context, root *cli.Command, args []string) error {
	args = helpAsFlag(args)
	if err := knownCommand(root, args); err != nil {
		return err
	}
	err := root.Run(ctx, args)
	if err == nil {
		return nil
	}
	if said := badVariable.FindStringSubmatch(err.Error()); said != nil {
		return usage(fmt.Errorf("%s is %s, which is %s", said[2], said[1], notOf(root, said[3])), "mend the environment, or give --"+said[3])
	}
	return err
}

// helpAsFlag makes of "nayose help run", as other commands have it, "nayose run --help".
func helpAsFlag(args []string) []string {
	if len(args) > 1 && args[1] == "help" {
		return append(append(args[:1:1], args[2:]...), "--help")
	}
	return args
}

// named is how messages call a command, which begin with the name of the program.
func named(c *cli.Command) string { return strings.TrimPrefix(c.FullName(), c.Root().Name+" ") }

// of begins a message about a command, where it is not of the whole program.
func of(c *cli.Command) string {
	if c == c.Root() {
		return ""
	}
	return named(c) + ": "
}

func seeHelp(c *cli.Command) string { return "see " + c.FullName() + " --help" }

// noSuchCommand is the action of a command that only has subcommands.
func noSuchCommand(_ context.Context, c *cli.Command) error {
	if c.Args().Present() {
		return unknownCommand(c, named(c)+" has no command", c.Args().First())
	}
	return cli.ShowSubcommandHelp(c)
}

func unknownCommand(c *cli.Command, what, word string) error {
	var names []string
	for _, sub := range c.VisibleCommands() {
		names = append(names, sub.Name)
	}
	return usage(fmt.Errorf("%s %q", what, word), didYouMean("", word, names)+seeHelp(c))
}

// knownCommand refuses a first word that is no command, before its flags are taken for wrong ones, and a command's flags before it.
func knownCommand(root *cli.Command, args []string) error {
	takesValue := map[string]bool{}
	for _, f := range root.Flags {
		takesValue["--"+f.Names()[0]] = true
	}
	for i := 1; i < len(args); i++ {
		switch word := args[i]; {
		case takesValue[word]:
			i++
		case strings.HasPrefix(word, "-"):
		case root.Command(word) != nil:
			return beforeCommand(root.Command(word), args[1:i], args[i:])
		case word == "completion":
			return nil
		default:
			if next := slices.IndexFunc(args[i:], func(word string) bool { return root.Command(word) != nil }); next > 0 {
				if err := beforeCommand(root.Command(args[i+next]), args[1:i+next], args[i+next:]); err != nil {
					return err
				}
			}
			return unknownCommand(root, "there is no command", word)
		}
	}
	return nil
}

// beforeCommand refuses the flags of a command that stand before it; the rest of the command line begins with the command.
func beforeCommand(c *cli.Command, before, rest []string) error {
	n := 1
	for n < len(rest) && c.Command(rest[n]) != nil {
		c, n = c.Command(rest[n]), n+1
	}
	for _, word := range before {
		flag, _, _ := strings.Cut(word, "=")
		if hasFlag(c, strings.TrimPrefix(flag, "--")) {
			return usage(fmt.Errorf("%s stands behind the command", flag), "nayose "+strings.Join(slices.Concat(rest[:n], before, rest[n:]), " "))
		}
	}
	return nil
}

// hasFlag tells whether a command has a flag, or one of its own commands.
func hasFlag(c *cli.Command, name string) bool {
	return slices.ContainsFunc(c.Flags, func(f cli.Flag) bool { return f.Names()[0] == name }) ||
		slices.ContainsFunc(c.Commands, func(sub *cli.Command) bool { return hasFlag(sub, name) })
}

// noArgument refuses what a command takes no argument for; a week is mostly that of --week.
func noArgument(c *cli.Command) error {
	if !c.Args().Present() {
		return nil
	}
	word := c.Args().First()
	return usage(fmt.Errorf("%s takes no argument %q", named(c), word), meantWeek(c, word)+seeHelp(c))
}

// meantWeek proposes --week for a week that stands alone; empty for what is none.
func meantWeek(c *cli.Command, word string) string {
	if _, err := nayose.ParseWeek(word); err != nil || !hasFlag(c, "week") {
		return ""
	}
	return "did you mean --week " + word + "? "
}

// didYouMean proposes the one of some names that a word is a slip of the pen of, or its beginning; empty where there is none.
func didYouMean(prefix, word string, names []string) string {
	for _, name := range names {
		if len(word) > 1 && isSlip(word, name) || len(word) > 2 && strings.HasPrefix(name, word) {
			return "did you mean " + prefix + name + "? "
		}
	}
	return ""
}

// isSlip tells whether two words differ in one place only, by two letters at most: left out, too many, other ones or exchanged.
func isSlip(a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return max(len(a), len(b)) <= 2
}

// How the library says what is wrong.
var (
	unknownFlag = regexp.MustCompile(`^flag provided but not defined: -(.*)$`)
	emptyFlag   = regexp.MustCompile(`^flag needs an argument: (.*)$`)
	missingFlag = regexp.MustCompile(`^Required flag "(.*)" not set$`)
	badValue    = regexp.MustCompile(`^invalid value (".*") for flag -(\S+): `)
	badVariable = regexp.MustCompile(`^could not parse (".*") as \S+ value from environment variable "(\w+)" for flag (\S+): `)
)

// refuseBadUsage makes every command answer a wrong flag with two lines and exit code 60, not with a page of help.
func refuseBadUsage(c *cli.Command) {
	c.OnUsageError = func(_ context.Context, c *cli.Command, err error, _ bool) error { return badFlag(c, err) }
	for _, sub := range c.Commands {
		refuseBadUsage(sub)
	}
}

func badFlag(c *cli.Command, err error) error {
	text := err.Error()
	if said := unknownFlag.FindStringSubmatch(text); said != nil {
		name := strings.TrimLeft(said[1], "-")
		flag := "--" + name
		if len(name) == 1 {
			flag = "-" + name
		}
		return usage(fmt.Errorf("%sthere is no flag %s", of(c), flag), didYouMean("--", name, flagNames(c))+seeHelp(c))
	}
	if said := emptyFlag.FindStringSubmatch(text); said != nil {
		return usage(fmt.Errorf("%s%s has no value", of(c), said[1]), seeHelp(c))
	}
	if said := missingFlag.FindStringSubmatch(text); said != nil {
		return usage(fmt.Errorf("%s needs --%s", named(c), said[1]), seeHelp(c))
	}
	if said := badValue.FindStringSubmatch(text); said != nil {
		return usage(fmt.Errorf("%s--%s is %s, which is %s", of(c), said[2], said[1], notOf(c, said[2])), seeHelp(c))
	}
	return usage(errors.New(of(c)+text), seeHelp(c))
}

// flagNames are the long names of a command's flags, its own before those of all commands.
func flagNames(c *cli.Command) (names []string) {
	for _, f := range slices.Concat(c.Flags, c.Root().Flags) {
		names = append(names, f.Names()[0])
	}
	return names
}

// notOf says what the value of a flag is not.
func notOf(c *cli.Command, name string) string {
	for _, f := range slices.Concat(c.Flags, c.Root().Flags) {
		if !slices.Contains(f.Names(), name) {
			continue
		}
		switch f.(type) {
		case *cli.DurationFlag:
			return "not a time such as 90s, 5m or 1h30m"
		case *cli.BoolFlag:
			return "neither true nor false"
		case *cli.IntFlag, *cli.Int64Flag, *cli.UintFlag, *cli.Uint64Flag:
			return "not a whole number"
		}
	}
	return "not what it takes"
}
