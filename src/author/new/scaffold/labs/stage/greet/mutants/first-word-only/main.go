// Command greet greets: greet NAME
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: greet NAME")
		os.Exit(2)
	}
	fmt.Printf("hello %s\n", strings.Fields(os.Args[1])[0])
}
