package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// limits are files of the slice and what is written into them, in the order in which they were asked for.
type limits []struct{ file, value string }

func (l *limits) add(file, value string) {
	*l = append(*l, struct{ file, value string }{file, value})
}

// number reads an option whose value is that of a file.
func (l *limits) number(file string) func(string) error {
	return func(text string) error {
		l.add(file, text)
		_, err := strconv.ParseUint(text, 10, 64)
		return err
	}
}

// bandwidth reads QUOTA/PERIOD, in microseconds.
func (l *limits) bandwidth(text string) error {
	quota, period, _ := strings.Cut(text, "/")
	l.add("cpu.max", quota+" "+period)
	if _, err := strconv.ParseUint(quota, 10, 64); err != nil {
		return err
	}
	_, err := strconv.ParseUint(period, 10, 64)
	return err
}

func (l limits) apply(s slice) error {
	for _, limit := range l {
		if err := s.write(limit.file, limit.value); err != nil {
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
	// What COMMAND has left in the background ends with it. An rm --wait may have been there first.
	ended := s.kill()
	if ended == nil {
		ended = s.remove(false)
	}
	if ended != nil && !isGone(ended) {
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
