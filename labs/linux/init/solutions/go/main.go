// Command init is the first process (PID 1) of a pid namespace:
//
//	init [-g] [--] COMMAND [ARG…]
//
// It starts COMMAND as its child, passes signals on to it (-g: to its whole process group), reaps what is left
// behind, and exits the way its child did.
//
// It is one loop over two kinds of event: a signal for the child, and "some children ended". Nothing else waits,
// nothing else signals. So no lock is needed, and no signal can go to a pid that has been reaped and given away again.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"unsafe"
)

// What is sent to a container in order to reach the program in it. SIGKILL and SIGSTOP cannot be caught; SIGCHLD is
// about our own children.
var passedOn = []syscall.Signal{
	syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT,
	syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH,
}

func main() {
	group := flag.Bool("g", false, "pass signals on to the child's whole process group")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: init [-g] [--] COMMAND [ARG…]")
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}

	// Before the child exists: a signal that arrives while it is being started waits in these channels until its pid
	// is known.
	signals, ended := listen()

	child, err := start(flag.Args())
	if err != nil {
		fmt.Fprintf(os.Stderr, "init: %v\n", err)
		os.Exit(exitCodeOf(err))
	}
	target := child
	if *group {
		target = -child // kill(2): a negative pid is a process group
	}

	for {
		select {
		case s := <-signals:
			_ = syscall.Kill(target, s) // it may have ended already: the next event says so
		case <-ended:
			if code, done := reap(child); done {
				os.Exit(code) // the kernel ends what still runs in this pid namespace
			}
		}
	}
}

// listen turns signals into events: those for the child, and "at least one of our children has ended".
func listen() (<-chan syscall.Signal, <-chan os.Signal) {
	signals := make(chan syscall.Signal)
	for _, s := range passedOn {
		s := s
		// Room for one, as in the kernel, where a signal is pending or not. One channel for each: in a channel that
		// they share, a burst of SIGWINCH could push out a SIGTERM.
		pending := make(chan os.Signal, 1)
		signal.Notify(pending, s)
		go func() {
			for range pending {
				signals <- s
			}
		}()
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGCHLD)
	return signals, ended
}

// start runs the command in a process group of its own: -g then reaches exactly what the command started, and a
// Ctrl-C on the terminal reaches the command and not us (we would pass it on, and it would arrive twice).
func start(command []string) (pid int, err error) {
	path, err := exec.LookPath(command[0])
	if err != nil {
		return 0, err
	}
	attributes := &syscall.SysProcAttr{Setpgid: true}
	if ownsTerminal() {
		// Only the foreground group may read from a terminal. The child asks for it out of the background, between fork
		// and exec. Go has every signal blocked until that is done (golang/go#37217), else SIGTTOU would stop the child.
		attributes.Foreground = true
		attributes.Ctty = syscall.Stdin
	}
	// Not os/exec: its Wait is a second place that waits, and the loop in reap would take the status away from it.
	return syscall.ForkExec(path, command, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{0, 1, 2}, // our own streams: nothing is copied, so nothing is buffered and end-of-file passes
		Sys:   attributes,
	})
}

// reap waits for every child that has ended, orphans included, and returns the exit code of ours if it was among them.
//
// A loop: a signal is pending or not, so one SIGCHLD may stand for hundreds of children.
func reap(child int) (code int, done bool) {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil || pid == 0: // no children at all, or none that has ended
			return code, done
		case pid == child && status.Signaled():
			code, done = 128+int(status.Signal()), true
		case pid == child:
			code, done = status.ExitStatus(), true
		}
	}
}

// ownsTerminal tells whether standard input is our controlling terminal and we are in its foreground. In the
// background it is somebody else's, and not ours to give away.
func ownsTerminal() bool {
	var foreground int32
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(syscall.Stdin), syscall.TIOCGPGRP, uintptr(unsafe.Pointer(&foreground)))
	return errno == 0 && int(foreground) == syscall.Getpgrp()
}

// exitCodeOf follows the shell: 127 when there is no such command, 126 when there is but it cannot be run.
func exitCodeOf(err error) int {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return 127
	}
	return 126
}
