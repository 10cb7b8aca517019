// Command frames is the library github.com/containerd/ttrpc behind the command line of the lab linux/frames. It turns
// arguments into calls and errors into exit codes. What the library does with frames and connections is left as it is.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

func usage() {
	fmt.Fprintln(os.Stderr, "usage: frames serve --sock S | frames call --sock S [--timeout MS] SERVICE METHOD")
	os.Exit(2)
}

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	sock := flags.String("sock", "", "path of the unix socket")
	timeout := flags.Int("timeout", 0, "ms until the caller gives up; 0 is never")
	flags.Parse(os.Args[2:])
	var err error
	switch {
	case *sock == "":
		usage()
	case os.Args[1] == "serve" && flags.NArg() == 0:
		err = serve(*sock)
	case os.Args[1] == "call" && flags.NArg() == 2:
		err = call(*sock, time.Duration(*timeout)*time.Millisecond, flags.Arg(0), flags.Arg(1))
	default:
		usage()
	}
	if err != nil {
		st := statusOf(err)
		fmt.Fprintln(os.Stderr, st.Message())
		os.Exit(int(st.Code()))
	}
}

// statusOf is the status of a call. What has none is the library's word for a connection that could not be made or ended.
func statusOf(err error) *status.Status {
	if errors.Is(err, context.DeadlineExceeded) {
		return status.New(codes.DeadlineExceeded, err.Error())
	}
	if st, ok := status.FromError(err); ok {
		return st
	}
	return status.New(codes.Unavailable, err.Error())
}

func serve(sock string) error {
	server, err := ttrpc.NewServer()
	if err != nil {
		return err
	}
	server.RegisterService("echo.Echo", &ttrpc.ServiceDesc{Methods: map[string]ttrpc.Method{"Say": say, "Sleep": sleep}})
	listener, err := net.Listen("unix", sock)
	if err != nil {
		return err
	}
	return server.Serve(context.Background(), listener)
}

// say keeps the payload as the unknown fields of an empty message, whatever its type is: protobuf returns them unchanged.
func say(_ context.Context, unmarshal func(interface{}) error) (interface{}, error) {
	payload := &emptypb.Empty{}
	return payload, unmarshal(payload)
}

func sleep(ctx context.Context, unmarshal func(interface{}) error) (interface{}, error) {
	duration := &durationpb.Duration{}
	if err := unmarshal(duration); err != nil {
		return nil, err
	}
	timer := time.NewTimer(duration.AsDuration())
	defer timer.Stop()
	select {
	case <-timer.C:
		return duration, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func call(sock string, timeout time.Duration, service, method string) error {
	ctx := context.Background()
	if timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		ctx = limited
	}
	payload, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", sock)
	if err != nil {
		return err
	}
	client := ttrpc.NewClient(conn)
	defer client.Close()
	request, response := &emptypb.Empty{}, &emptypb.Empty{}
	request.ProtoReflect().SetUnknown(payload)
	if err := client.Call(ctx, service, method, request, response); err != nil {
		return err
	}
	_, err = os.Stdout.Write(response.ProtoReflect().GetUnknown())
	return err
}
