// go.etcd.io/etcd/client/v3/mirror, which etcdctl make-mirror is made of, behind this lab's command line. Nothing of what
// the library does is mended: it has no answer to compaction, and reads on while nobody takes what it has read.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/mirror"
)

type line struct {
	Op    string  `json:"op"`
	Key   *string `json:"key,omitempty"`
	Value *string `json:"value,omitempty"`
	Rev   int64   `json:"rev"`
}

var out = json.NewEncoder(os.Stdout)

func main() {
	from := flag.String("from", "", "URL of etcd")
	prefix := flag.String("prefix", "", "keys that begin with it are mirrored")
	resume := flag.String("resume", "", "file with what an earlier mirror wrote")
	flag.Parse()
	if err := run(*from, *prefix, *resume); err != nil {
		fmt.Fprintln(os.Stderr, "mirror:", err)
		os.Exit(1)
	}
}

func run(from, prefix, resume string) error {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{from}})
	if err != nil {
		return err
	}
	ctx := context.Background()
	rev := lastSync(resume)
	if rev == 0 {
		// The syncer keeps the revision of its base to itself, so it is asked for here, in its own way.
		newest, err := client.Get(ctx, "foo")
		if err != nil {
			return err
		}
		rev = newest.Header.Revision
		pages, errs := mirror.NewSyncer(client, prefix, rev).SyncBase(ctx)
		for page := range pages {
			for _, kv := range page.Kvs {
				put(kv)
			}
		}
		if err := <-errs; err != nil {
			return err
		}
		out.Encode(line{Op: "sync", Rev: rev})
	}
	for response := range mirror.NewSyncer(client, prefix, rev).SyncUpdates(ctx) {
		if err := response.Err(); err != nil {
			return err
		}
		last := int64(0)
		for _, event := range response.Events {
			last = event.Kv.ModRevision
			if event.Type == mvccpb.DELETE {
				key := string(event.Kv.Key)
				out.Encode(line{Op: "del", Key: &key, Rev: last})
			} else {
				put(event.Kv)
			}
		}
		if last != 0 {
			out.Encode(line{Op: "sync", Rev: last})
		}
	}
	return fmt.Errorf("the watch has ended")
}

func put(kv *mvccpb.KeyValue) {
	key, value := string(kv.Key), string(kv.Value)
	out.Encode(line{Op: "put", Key: &key, Value: &value, Rev: kv.ModRevision})
}

// lastSync is the revision of the last sync line that a file has; 0: of none.
func lastSync(file string) (rev int64) {
	opened, err := os.Open(file)
	if err != nil {
		return 0
	}
	defer opened.Close()
	in := bufio.NewReader(opened)
	for {
		text, err := in.ReadBytes('\n')
		if err != nil {
			return rev
		}
		var one line
		if json.Unmarshal(text, &one) == nil && one.Op == "sync" {
			rev = one.Rev
		}
	}
}
