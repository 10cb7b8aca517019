package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"
)

// stat prints what the kernel has counted. A file that the slice does not have, since its controller is not enabled, is null.
func stat(s slice, out io.Writer) error {
	if _, err := s.read("cgroup.events"); err != nil {
		return err
	}
	var numbers struct {
		Memory  *uint64 `json:"memory.current"`
		OomKill *uint64 `json:"oom_kill"`
		Pids    *uint64 `json:"pids.current"`
		Usage   *uint64 `json:"cpu.usage_usec"`
	}
	for _, one := range []struct {
		into      **uint64
		file, key string
	}{
		{&numbers.Memory, "memory.current", ""},
		{&numbers.OomKill, "memory.events", "oom_kill"},
		{&numbers.Pids, "pids.current", ""},
		{&numbers.Usage, "cpu.stat", "usage_usec"},
	} {
		text, err := s.read(one.file)
		if one.key != "" {
			text, err = s.field(one.file, one.key)
		}
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		number, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return err
		}
		*one.into = &number
	}
	return json.NewEncoder(out).Encode(numbers)
}
