// The real libraries behind this lab's command line: locks and elections of etcd's client/v3/concurrency, a guard of
// net/http/httputil and go.etcd.io/bbolt, in which etcd keeps its own data. Nothing here mends what they do.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"go.uber.org/zap"
)

func main() {
	if len(os.Args) < 2 {
		os.Exit(2)
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	endpoints := flags.String("endpoints", "http://127.0.0.1:2379", "")
	ttl := flags.Int("ttl", 10, "")
	listen := flags.String("listen", "", "")
	upstream := flags.String("upstream", "", "")
	state := flags.String("state", "", "")
	flags.Parse(os.Args[2:])
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	var err error
	switch words := flags.Args(); {
	case os.Args[1] == "lock" && len(words) > 2 && words[1] == "--":
		err = lock(ctx, *endpoints, *ttl, words[0], words[2:])
	case os.Args[1] == "campaign" && len(words) == 2:
		err = campaign(ctx, *endpoints, *ttl, words[0], words[1])
	case os.Args[1] == "guard":
		err = guard(*listen, *upstream, *state)
	default:
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fence:", err)
		os.Exit(1)
	}
}

func open(endpoints string, ttl int) (*clientv3.Client, *concurrency.Session, error) {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoints}, Logger: zap.NewNop()})
	if err != nil {
		return nil, nil, err
	}
	session, err := concurrency.NewSession(client, concurrency.WithTTL(ttl))
	return client, session, err
}

// isLost ends when the key or the session is gone. The library tells of the session alone.
func isLost(client *clientv3.Client, session *concurrency.Session, key string, revision int64) <-chan struct{} {
	lost := make(chan struct{})
	go func() {
		defer close(lost)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		changes := client.Watch(ctx, key, clientv3.WithRev(revision+1), clientv3.WithFilterPut())
		for {
			select {
			case <-session.Done():
				return
			case change, open := <-changes:
				if !open || len(change.Events) > 0 {
					return
				}
			}
		}
	}()
	return lost
}

func lock(ctx context.Context, endpoints string, ttl int, name string, argv []string) error {
	client, session, err := open(endpoints, ttl)
	if err != nil {
		return err
	}
	defer session.Close()
	mutex := concurrency.NewMutex(session, name)
	if err := mutex.Lock(ctx); err != nil {
		return err
	}
	lost := isLost(client, session, mutex.Key(), mutex.Header().Revision)
	command := exec.Command(argv[0], argv[1:]...)
	command.Env = append(os.Environ(), "ETCD_LOCK_KEY="+mutex.Key(), fmt.Sprint("ETCD_LOCK_REV=", mutex.Header().Revision))
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	for asked := ctx.Done(); ; {
		select {
		case err := <-ended:
			return err
		case <-asked:
			asked = nil
			_ = command.Process.Signal(syscall.SIGTERM)
		case <-lost:
			_ = command.Process.Signal(syscall.SIGTERM)
			time.AfterFunc(time.Duration(ttl)*time.Second/4, func() { _ = command.Process.Kill() })
			<-ended
			return concurrency.ErrSessionExpired
		}
	}
}

func campaign(ctx context.Context, endpoints string, ttl int, name, value string) error {
	client, session, err := open(endpoints, ttl)
	if err != nil {
		return err
	}
	defer session.Close()
	election := concurrency.NewElection(session, name)
	if err := election.Campaign(ctx, value); err != nil {
		return err
	}
	fmt.Printf("%s\n%s\n", election.Key(), value)
	select {
	case <-ctx.Done():
		return election.Resign(context.Background())
	case <-isLost(client, session, election.Key(), election.Rev()):
		return concurrency.ErrElectionNotLeader
	}
}
