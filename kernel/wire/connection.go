package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/cellar-ml/cellar/internal/hint"
)

// A Connection is the content of a connection file: where to listen, and the
// key that signs messages.
type Connection struct {
	Transport       string `json:"transport"`
	IP              string `json:"ip"`
	Shell           int    `json:"shell_port"`
	Control         int    `json:"control_port"`
	Stdin           int    `json:"stdin_port"`
	IOPub           int    `json:"iopub_port"`
	Heartbeat       int    `json:"hb_port"`
	Key             string `json:"key"`
	SignatureScheme string `json:"signature_scheme"`
	KernelName      string `json:"kernel_name,omitempty"`
}

const connectionHint = "Jupyter writes this file when it starts a kernel: start the kernel from Jupyter again, or with `jupyter console --kernel cellar`"

// ReadConnection reads the connection file. Its error names the file, what is
// wrong in it, and carries a hint.
func ReadConnection(file string) (Connection, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Connection{}, hint.New(fmt.Errorf("read connection file: %w", err), connectionHint)
	}
	c, err := parseConnection(data)
	if err != nil {
		return Connection{}, hint.New(fmt.Errorf("read connection file %s: %w", file, err), connectionHint)
	}
	return c, nil
}

func parseConnection(data []byte) (Connection, error) {
	c := Connection{Transport: "tcp", IP: "127.0.0.1", SignatureScheme: "hmac-sha256"}
	if len(bytes.TrimSpace(data)) == 0 {
		return c, fmt.Errorf("it is empty")
	}
	if err := json.Unmarshal(data, &c); err != nil {
		if len(data) > 0 && err.Error() == "unexpected end of JSON input" {
			return c, fmt.Errorf("it is cut off after %d bytes", len(data))
		}
		return c, err
	}
	if c.Transport != "tcp" && c.Transport != "ipc" {
		return c, fmt.Errorf("transport %q: have tcp and ipc", c.Transport)
	}
	if c.SignatureScheme != "hmac-sha256" && c.Key != "" {
		return c, fmt.Errorf("signature_scheme %q: have hmac-sha256", c.SignatureScheme)
	}
	if c.IP == "" {
		return c, fmt.Errorf("ip is empty")
	}
	for _, ch := range channels {
		if p := *ch.port(&c); p < 1 || p > 65535 {
			return c, fmt.Errorf("%s is %d, want a port from 1 to 65535", ch.field, p)
		}
	}
	return c, nil
}

// A Channel is one of the sockets that carry messages.
type Channel string

// The five sockets.
const (
	Shell     Channel = "shell"
	Control   Channel = "control"
	Stdin     Channel = "stdin"
	IOPub     Channel = "iopub"
	Heartbeat Channel = "heartbeat"
)

var channels = []struct {
	name  Channel
	field string // in the connection file
	port  func(*Connection) *int
}{
	{Shell, "shell_port", func(c *Connection) *int { return &c.Shell }},
	{Control, "control_port", func(c *Connection) *int { return &c.Control }},
	{Stdin, "stdin_port", func(c *Connection) *int { return &c.Stdin }},
	{IOPub, "iopub_port", func(c *Connection) *int { return &c.IOPub }},
	{Heartbeat, "hb_port", func(c *Connection) *int { return &c.Heartbeat }},
}

// Address is where a channel listens: a network of package net and an address.
func (c Connection) Address(name Channel) (network, address string) {
	for _, ch := range channels {
		if ch.name == name {
			port := strconv.Itoa(*ch.port(&c))
			if c.Transport == "ipc" {
				return "unix", c.IP + "-" + port
			}
			ip := c.IP
			if ip == "*" {
				ip = "0.0.0.0"
			}
			return "tcp", net.JoinHostPort(ip, port)
		}
	}
	return "", ""
}
