package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const mount = "/sys/fs/cgroup"

// slice is the folder of a cgroup.
type slice string

// sliceNamed finds the place of slices: the parent of the cgroup that we are in ourselves. Ours has processes, us at
// least, so it can't give controllers to cgroups below it.
func sliceNamed(name string) (slice, error) {
	file, err := os.Open("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if line := lines.Text(); strings.HasPrefix(line, "0::") {
			return slice(filepath.Join(mount, filepath.Dir(line[len("0::"):]), name)), nil
		}
	}
	return "", errors.New("/proc/self/cgroup has no line of cgroup v2")
}

func (s slice) read(file string) (string, error) {
	text, err := os.ReadFile(filepath.Join(string(s), file))
	return strings.TrimSpace(string(text)), err
}

func (s slice) write(file, text string) error {
	return os.WriteFile(filepath.Join(string(s), file), []byte(text), 0)
}

// make creates the slice and lets its parent give it all controllers that there are.
func (s slice) make() error {
	place := slice(filepath.Dir(string(s)))
	available, err := place.read("cgroup.controllers")
	if err != nil {
		return err
	}
	for _, controller := range strings.Fields(available) {
		switch controller {
		case "cpu", "memory", "pids":
			if err := place.write("cgroup.subtree_control", "+"+controller); err != nil {
				return err
			}
		}
	}
	return os.Mkdir(string(s), 0o755)
}

// field is a value of a file of lines "KEY VALUE".
func (s slice) field(file, key string) (string, error) {
	text, err := s.read(file)
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(text, "\n") {
		if words := strings.Fields(line); len(words) == 2 && words[0] == key {
			return words[1], nil
		}
	}
	return "", fmt.Errorf("%s has no %s", file, key)
}

// until waits for a field of cgroup.events. The kernel tells of each change of the file, so that nobody has to look again
// and again: cgroups(7), "Cgroups v2 release notification".
func (s slice) until(key, value string) error {
	notify, err := syscall.InotifyInit1(syscall.IN_CLOEXEC)
	if err != nil {
		return err
	}
	defer syscall.Close(notify)
	// Before the first look, so that no change falls between the two.
	if _, err := syscall.InotifyAddWatch(notify, filepath.Join(string(s), "cgroup.events"), syscall.IN_MODIFY); err != nil {
		return err
	}
	changes := make([]byte, 4096)
	for {
		now, err := s.field("cgroup.events", key)
		if err != nil || now == value {
			return err
		}
		if _, err := syscall.Read(notify, changes); err != nil && err != syscall.EINTR {
			return err
		}
	}
}

// kill ends every process in the slice and below it: those, too, that are being forked meanwhile.
func (s slice) kill() error {
	if err := s.write("cgroup.kill", "1"); err != nil {
		return err
	}
	if err := s.until("populated", "0"); !isGone(err) {
		return err
	}
	return nil // its cg run has removed it by now
}

// isGone is what files of a cgroup say that somebody has removed: ENODEV where the file was open already.
func isGone(err error) bool {
	return errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENODEV)
}

func (s slice) freeze(frozen bool) error {
	value := map[bool]string{true: "1", false: "0"}[frozen]
	if err := s.write("cgroup.freeze", value); err != nil {
		return err
	}
	return s.until("frozen", value)
}

// remove takes the slice away, with the cgroups below it, when no process is in them.
func (s slice) remove(wait bool) error {
	if wait {
		if err := s.until("populated", "0"); err != nil {
			return err
		}
	}
	populated, err := s.field("cgroup.events", "populated")
	if err != nil {
		return err
	}
	if populated != "0" {
		return fmt.Errorf("%s has processes", filepath.Base(string(s)))
	}
	return s.removeTree()
}

func (s slice) removeTree() error {
	entries, err := os.ReadDir(string(s))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() {
			if err := slice(filepath.Join(string(s), entry.Name())).removeTree(); err != nil {
				return err
			}
		}
	}
	return syscall.Rmdir(string(s))
}
