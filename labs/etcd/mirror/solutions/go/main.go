// mirror --from URL --prefix P [--resume FILE]
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// What gRPC may keep of one stream before this program has asked for it, in bytes. Without a fixed window the library
// makes it larger, up to 16 MiB, when much comes at once.
const window = 1 << 20

func main() {
	from := flag.String("from", "", "URL of etcd")
	prefix := flag.String("prefix", "", "keys that begin with it are mirrored")
	resume := flag.String("resume", "", "file with what an earlier mirror wrote")
	flag.Parse()
	if *from == "" || *prefix == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: mirror --from URL --prefix P [--resume FILE]")
		os.Exit(2)
	}
	if err := run(*from, *prefix, *resume); err != nil {
		fmt.Fprintln(os.Stderr, "mirror:", err)
		os.Exit(1)
	}
}

func run(from, prefix, resume string) error {
	told := &told{out: bufio.NewWriterSize(os.Stdout, 1<<16), keys: map[string]int64{}}
	if resume != "" {
		if err := told.resume(resume); err != nil {
			return err
		}
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{from},
		DialOptions: []grpc.DialOption{
			grpc.WithInitialWindowSize(window),
			grpc.WithInitialConnWindowSize(window),
			// Without it a server that is away for a minute is not tried again for two.
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 2, MaxDelay: time.Second},
				MinConnectTimeout: 2 * time.Second,
			}),
			// A connection whose other end has gone without a word is noticed.
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 5 * time.Second}),
		},
	})
	if err != nil {
		return err
	}
	return follow(context.Background(), &source{client: client, prefix: prefix}, told)
}

// follow is the whole program: what has been told decides what is asked for next. Only a broken output ends it.
func follow(ctx context.Context, source *source, told *told) error {
	for {
		err := error(nil)
		if told.rev == 0 {
			err = source.snapshot(ctx, told)
		}
		if err == nil {
			err = source.changes(ctx, told)
		}
		if told.broken != nil {
			return told.broken
		}
		if err == errCompacted {
			told.rev = 0
			continue
		}
		fmt.Fprintln(os.Stderr, "mirror:", err)
		time.Sleep(100 * time.Millisecond)
	}
}
