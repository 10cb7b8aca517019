// Command fence runs a program under a lock of etcd, leads an election, and guards a resource against holders of the past:
//
//	fence lock [--endpoints URL] [--ttl SECONDS] NAME -- CMD [ARG...]
//	fence campaign [--endpoints URL] [--ttl SECONDS] NAME VALUE
//	fence guard --listen HOST:PORT --upstream URL --state FILE
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
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
	var err error
	switch os.Args[1] {
	case "lock", "campaign":
		endpoint := flags.String("endpoints", "http://127.0.0.1:2379", "URL of etcd")
		ttl := flags.Int64("ttl", 10, "seconds after which a silent holder has lost the lock")
		flags.Parse(os.Args[2:])
		words := flags.Args()
		store := &etcd{url: *endpoint}
		switch {
		case os.Args[1] == "campaign" && len(words) == 2:
			ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
			err = campaign(ctx, store, *ttl, words[0], words[1])
		case os.Args[1] == "lock" && len(words) > 2 && words[1] == "--":
			ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
			err = lock(ctx, store, *ttl, words[0], words[2:])
		default:
			usage()
		}
	case "guard":
		listen := flags.String("listen", "", "address to listen on")
		upstream := flags.String("upstream", "", "URL of the resource")
		state := flags.String("state", "", "file of the highest token")
		flags.Parse(os.Args[2:])
		if *listen == "" || *upstream == "" || *state == "" {
			usage()
		}
		err = guard(*listen, *upstream, *state)
	default:
		usage()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fence:", err)
		os.Exit(1)
	}
}
