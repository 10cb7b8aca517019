// Command cg runs a command in a cgroup of its own, and manages such slices:
//
//	cg run --slice NAME [--memory N] [--pids N] [--cpu Q/P] [--oom-group] -- COMMAND [ARG…]
//	cg stat|kill|freeze|thaw NAME
//	cg rm [--wait] NAME
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
)

const usage = `usage: cg run --slice NAME [--memory N] [--pids N] [--cpu Q/P] [--oom-group] -- COMMAND [ARG…]
       cg stat|kill|freeze|thaw NAME
       cg rm [--wait] NAME`

var errUsage = errors.New(usage)

func main() {
	code, err := dispatch(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "cg:", err)
	}
	os.Exit(code)
}

// dispatch returns the exit code: 1 with an error of the kernel, 2 with wrong usage.
func dispatch(args []string) (int, error) {
	if len(args) == 0 {
		return 2, errUsage
	}
	if args[0] == enterCommand {
		return 126, enter(args[1], args[2:])
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var limits limits
	var name string
	var oomGroup, wait bool
	switch args[0] {
	case "run":
		flags.StringVar(&name, "slice", "", "")
		flags.Func("memory", "", limits.number("memory.max"))
		flags.Func("pids", "", limits.number("pids.max"))
		flags.Func("cpu", "", limits.bandwidth)
		flags.BoolVar(&oomGroup, "oom-group", false, "")
	case "rm":
		flags.BoolVar(&wait, "wait", false, "")
	}
	if flags.Parse(args[1:]) != nil {
		return 2, errUsage
	}
	if oomGroup {
		limits.add("memory.oom.group", "1")
	}
	rest := flags.Args()
	if args[0] != "run" {
		if len(rest) != 1 {
			return 2, errUsage
		}
		name = rest[0]
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]+$`).MatchString(name) {
		return 2, errUsage
	}
	slice, err := sliceNamed(name)
	if err != nil {
		return 1, err
	}
	switch args[0] {
	case "run":
		if len(rest) == 0 {
			return 2, errUsage
		}
		return run(slice, limits, rest)
	case "stat":
		err = stat(slice, os.Stdout)
	case "kill":
		err = slice.kill()
	case "freeze":
		err = slice.freeze(true)
	case "thaw":
		err = slice.freeze(false)
	case "rm":
		err = slice.remove(wait)
	default:
		return 2, errUsage
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
