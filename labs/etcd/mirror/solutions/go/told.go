package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"go.etcd.io/etcd/api/v3/mvccpb"
)

type line struct {
	Op    string  `json:"op"`
	Key   *string `json:"key,omitempty"`
	Value *string `json:"value,omitempty"`
	Rev   int64   `json:"rev"`
}

// What whoever reads the output knows: keys and the revisions of their values, and the revision of the last sync line.
type told struct {
	out  *bufio.Writer
	keys map[string]int64
	rev  int64
	// writing has failed with it
	broken error
}

// put writes a line unless that has been told: after a lost connection part of a transaction comes again.
func (t *told) put(kv *mvccpb.KeyValue) {
	key, value := string(kv.Key), string(kv.Value)
	if t.keys[key] == kv.ModRevision {
		return
	}
	t.keys[key] = kv.ModRevision
	t.write(line{Op: "put", Key: &key, Value: &value, Rev: kv.ModRevision})
}

func (t *told) del(key string, rev int64) {
	if _, known := t.keys[key]; !known {
		return
	}
	delete(t.keys, key)
	t.write(line{Op: "del", Key: &key, Rev: rev})
}

// sync says that all up to a revision has been told, and waits until whoever reads has taken it.
func (t *told) sync(rev int64) error {
	t.write(line{Op: "sync", Rev: rev})
	t.rev = rev
	if err := t.out.Flush(); err != nil {
		t.broken = err
	}
	return t.broken
}

func (t *told) write(l line) {
	text, err := json.Marshal(l)
	if err == nil {
		_, err = t.out.Write(append(text, '\n'))
	}
	if err != nil && t.broken == nil {
		t.broken = err
	}
}

// resume takes what an earlier mirror wrote as told, up to its last sync line: what follows was not whole.
func (t *told) resume(file string) error {
	opened, err := os.Open(file)
	if err != nil {
		return err
	}
	defer opened.Close()
	var since []line
	in := bufio.NewReaderSize(opened, 1<<20)
	for number := 1; ; number++ {
		text, err := in.ReadBytes('\n')
		if err != nil {
			return nil // the end of the file, with what there is of a line
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil || (l.Op != "sync" && l.Key == nil) {
			return fmt.Errorf("%s, line %d: no line of a mirror", file, number)
		}
		if l.Op != "sync" {
			l.Value = nil
			since = append(since, l)
			continue
		}
		for _, one := range since {
			if one.Op == "put" {
				t.keys[*one.Key] = one.Rev
			} else {
				delete(t.keys, *one.Key)
			}
		}
		since, t.rev = since[:0], l.Rev
	}
}
