// Command fence runs a program under a lock of etcd, leads an election, and guards a resource against holders of the past:
//
//	fence lock [--endpoints URL] [--ttl SECONDS] NAME -- CMD [ARG...]
//	fence campaign [--endpoints URL] [--ttl SECONDS] NAME VALUE
//	fence guard --listen HOST:PORT --upstream URL --state FILE
//
// The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.
package main

import (
	"flag"
	"fmt"
	"os"
)

func usage() {
	fmt.Fprintln(os.Stderr, `usage: fence lock [--endpoints URL] [--ttl SECONDS] NAME -- CMD [ARG...]
       fence campaign [--endpoints URL] [--ttl SECONDS] NAME VALUE
       fence guard --listen HOST:PORT --upstream URL --state FILE`)
	os.Exit(2)
}

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	endpoint := flags.String("endpoints", "http://127.0.0.1:2379", "URL of etcd")
	ttl := flags.Int64("ttl", 10, "seconds after which a silent holder has lost the lock")
	listen := flags.String("listen", "", "address of the guard")
	upstream := flags.String("upstream", "", "URL of the resource")
	state := flags.String("state", "", "file of the greatest token")
	flags.Parse(os.Args[2:])
	words := flags.Args()
	switch {
	case os.Args[1] == "lock" && len(words) > 2 && words[1] == "--":
		// Step 1: grant a lease, create the key, wait for your turn, run the command.
		// etcd's JSON gateway needs net/http and encoding/json alone: POST *endpoint + "/v3/lease/grant". In JSON, []byte is
		// base64, as the gateway wants keys to be; numbers of 64 bits are strings: `json:"ID,string"`.
		fmt.Fprintf(os.Stderr, "fence: to be built: lock %s at %s (TTL %d s) for %v\n", words[0], *endpoint, *ttl, words[2:])
	case os.Args[1] == "campaign" && len(words) == 2:
		fmt.Fprintf(os.Stderr, "fence: to be built: campaign %v\n", words)
	case os.Args[1] == "guard" && *listen != "" && *upstream != "" && *state != "":
		// Step 6: net/http serves, and net/http asks.
		fmt.Fprintf(os.Stderr, "fence: to be built: guard on %s before %s, with %s\n", *listen, *upstream, *state)
	default:
		usage()
	}
	os.Exit(1)
}
