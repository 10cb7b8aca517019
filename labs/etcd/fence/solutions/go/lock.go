package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// enter returns a place that is the first of its queue. The place is left when that does not come about.
func enter(ctx context.Context, store *etcd, ttl int64, name, value string) (*place, error) {
	s, err := newSession(ctx, store, ttl)
	if err != nil {
		return nil, err
	}
	held, cancel := s.whileHeld(ctx)
	defer cancel()
	p, err := take(held, store, s, name, value)
	if err == nil {
		err = p.wait(held, name)
	}
	if err == nil {
		err = s.hasLost()
	}
	if err != nil {
		if why := s.hasLost(); why != nil {
			return nil, fmt.Errorf("the place in the queue is lost: %w", why)
		}
		p.leave()
		return nil, err
	}
	return p, nil
}

func lock(ctx context.Context, store *etcd, ttl int64, name string, argv []string) error {
	p, err := enter(ctx, store, ttl, name, "")
	if err != nil {
		return err
	}
	go p.hold(context.Background())
	err = run(ctx, p, argv)
	if why := p.session.hasLost(); why != nil {
		return fmt.Errorf("%s was ended: %w", argv[0], why)
	}
	p.leave()
	return err
}

// run returns when the command has ended: by itself, by our SIGTERM, or because the lock is lost.
func run(ctx context.Context, p *place, argv []string) error {
	command := exec.Command(argv[0], argv[1:]...)
	command.Env = append(os.Environ(), "ETCD_LOCK_KEY="+p.key, fmt.Sprint("ETCD_LOCK_REV=", p.token))
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	lost, asked, kill := p.session.lost, ctx.Done(), (<-chan time.Time)(nil)
	for {
		select {
		case err := <-ended:
			return err
		case <-asked:
			asked = nil
			_ = command.Process.Signal(syscall.SIGTERM)
		case <-lost:
			lost = nil
			_ = command.Process.Signal(syscall.SIGTERM)
			kill = time.After(time.Until(p.session.moment(killAt)))
		case <-kill:
			_ = command.Process.Kill()
		}
	}
}

func campaign(ctx context.Context, store *etcd, ttl int64, name, value string) error {
	if strings.ContainsRune(value, '\n') {
		return errors.New("VALUE has more than one line")
	}
	p, err := enter(ctx, store, ttl, name, value)
	if err != nil {
		return err
	}
	go p.hold(context.Background())
	fmt.Printf("%s\n%s\n", p.key, value)
	select {
	case <-ctx.Done():
		p.leave()
		return nil
	case <-p.session.lost:
		return fmt.Errorf("no longer the leader: %w", p.session.hasLost())
	}
}
