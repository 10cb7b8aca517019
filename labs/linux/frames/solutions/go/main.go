// Command frames is a server and a client of ttrpc, over a unix socket:
//
//	frames serve --sock S
//	frames call --sock S [--timeout MS] SERVICE METHOD
//
// Bytes become frames in frame.go, the data of frames becomes messages in message.go.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

// Codes of gRPC that this program uses: google/rpc/code.proto.
const (
	invalidArgument   = 3
	deadlineExceeded  = 4
	resourceExhausted = 8
	unimplemented     = 12
	internal          = 13
	unavailable       = 14
)

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
		fmt.Fprintln(os.Stderr, "frames:", serve(*sock))
		os.Exit(1)
	case os.Args[1] == "call" && flags.NArg() == 2:
		payload, err := io.ReadAll(os.Stdin)
		if err != nil {
			fmt.Fprintln(os.Stderr, "frames:", err)
			os.Exit(1)
		}
		answer := call(*sock, flags.Arg(0), flags.Arg(1), payload, time.Duration(*timeout)*time.Millisecond)
		if answer.code != 0 {
			fmt.Fprintf(os.Stderr, "frames: %s (code %d)\n", answer.message, answer.code)
			os.Exit(int(answer.code))
		}
		os.Stdout.Write(answer.payload)
	default:
		usage()
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: frames serve --sock S | frames call --sock S [--timeout MS] SERVICE METHOD")
	os.Exit(2)
}
