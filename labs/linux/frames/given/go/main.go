// Command frames is a server and a client of ttrpc, over a unix socket:
//
//	frames serve --sock S
//	frames call --sock S [--timeout MS] SERVICE METHOD
//
// `serve` offers the service echo.Echo; `call` reads the payload of one request from standard input, and writes the
// payload of the response to standard output. The contract is in LESSON.md, section "Contract"; `lab check` says which
// part to build next.
package main

import (
	"flag"
	"fmt"
	"os"
)

func usage() {
	fmt.Fprintln(os.Stderr, "usage: frames serve --sock S | frames call --sock S [--timeout MS] SERVICE METHOD")
	os.Exit(2)
}

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	sock := flags.String("sock", "", "path of the unix socket")
	timeout := flags.Int("timeout", 0, "ms until the caller gives up; 0 is never")
	flags.Parse(os.Args[2:])
	switch {
	case *sock == "":
		usage()
	case os.Args[1] == "serve" && flags.NArg() == 0:
		// Step 1: listen on the socket, read one frame, answer it.
		fmt.Fprintf(os.Stderr, "frames: to be built: serve on %s\n", *sock)
	case os.Args[1] == "call" && flags.NArg() == 2:
		// Step 1: send one request frame, read the response, write its payload to standard output.
		fmt.Fprintf(os.Stderr, "frames: to be built: call %s on %s (timeout %d ms)\n", flags.Args(), *sock, *timeout)
	default:
		usage()
	}
	os.Exit(1)
}
