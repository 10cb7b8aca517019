// Command init is the first process (PID 1) of a pid namespace:
//
//	init [-g] [--] COMMAND [ARG…]
//
// It starts COMMAND as its child, passes signals on to it, reaps what is left behind, and exits the way its child did.
// The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	group := flag.Bool("g", false, "pass signals on to the child's whole process group")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: init [-g] [--] COMMAND [ARG…]")
	}
	flag.Parse()
	command := flag.Args() // COMMAND and its arguments: the options of COMMAND are not ours
	if len(command) == 0 {
		flag.Usage()
		os.Exit(2)
	}

	// Step 1: start the command, wait for it, and exit with its status.
	// Before you reach for os/exec, look ahead to step 4: this process will also get children that it did not start.
	fmt.Fprintf(os.Stderr, "init: to be built: start %q (-g: %t) and exit with its status\n", command, *group)
}
