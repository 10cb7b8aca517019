package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// limits of a run; what is zero was not asked for.
type limits struct {
	memory, pids uint64
	cpu          bandwidth
	oomGroup     bool
}

// bandwidth is QUOTA/PERIOD, in microseconds.
type bandwidth struct{ quota, period uint64 }

func (b *bandwidth) String() string { return fmt.Sprintf("%d %d", b.quota, b.period) }

func (b *bandwidth) Set(text string) (err error) {
	quota, period, _ := strings.Cut(text, "/")
	if b.quota, err = strconv.ParseUint(quota, 10, 64); err == nil {
		b.period, err = strconv.ParseUint(period, 10, 64)
	}
	return err
}

func (l limits) apply(s slice) error {
	var files []struct{ name, value string }
	set := func(name, value string) { files = append(files, struct{ name, value string }{name, value}) }
	if l.memory > 0 {
		set("memory.max", strconv.FormatUint(l.memory, 10))
	}
	if l.pids > 0 {
		set("pids.max", strconv.FormatUint(l.pids, 10))
	}
	if l.cpu.period > 0 {
		set("cpu.max", l.cpu.String())
	}
	if l.oomGroup {
		set("memory.oom.group", "1")
	}
	for _, file := range files {
		if err := s.write(file.name, file.value); err != nil {
			return err
		}
	}
	return nil
}

// enterCommand is the hidden subcommand by which this program becomes COMMAND: fork and exec are one step in Go, and
// what has to happen between them needs a program of its own.
const enterCommand = "enter"

// enter puts this process into a slice and executes a command. Returns only when that failed.
func enter(folder string, command []string) error {
	path, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	if err := slice(folder).write("cgroup.procs", "0"); err != nil {
		return err
	}
	return syscall.Exec(path, command, os.Environ())
}

// run returns COMMAND's exit code, when the slice is gone again.
func run(s slice, limits limits, command []string) (int, error) {
	if err := s.make(); err != nil {
		return 1, err
	}
	code, err := 1, limits.apply(s)
	if err == nil {
		code, err = execute(s, command)
	}
	// What COMMAND has left in the background ends with it.
	ended := s.kill()
	if ended == nil {
		ended = s.remove(false)
	}
	if ended != nil {
		return 1, ended
	}
	return code, err
}

func execute(s slice, command []string) (int, error) {
	child := exec.Command("/proc/self/exe", append([]string{enterCommand, string(s)}, command...)...)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := child.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 1, err
	}
	status, ok := child.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return child.ProcessState.ExitCode(), nil
}
