// pace sends requests at a constant rate whether or not the former ones are answered, and measures each from the instant
// at which it was due: a target that stalls pays for every request that had to wait.
//
//	pace -rate 1000 -seconds 4 -body '{}' -header X-User-Id -users 1000 http://127.0.0.1:8080/recommend
//
// It prints one JSON document: microseconds by request in the order in which they were due, -1 for one that failed.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

type shooter struct {
	client *http.Client
	url    string
	body   string
	header string
}

// shoot sends one request; whether it was answered with 200 and a complete body.
func (s *shooter) shoot(user string) bool {
	request, err := http.NewRequest("POST", s.url, strings.NewReader(s.body))
	if err != nil {
		return false
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(s.header, user)
	response, err := s.client.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode == http.StatusOK
}

// sleep waits until an instant to the microsecond: timers of the runtime are good to a millisecond.
func sleep(until time.Time) {
	for left := time.Until(until); left > 0; left = time.Until(until) {
		pause := syscall.NsecToTimespec(int64(left))
		_ = syscall.Nanosleep(&pause, nil) // when it is interrupted the loop sleeps again
	}
}

func main() {
	rate := flag.Int("rate", 1000, "requests per second")
	seconds := flag.Float64("seconds", 4, "")
	patience := flag.Duration("patience", 10*time.Second, "after which a request has failed")
	body := flag.String("body", "{}", "")
	header := flag.String("header", "X-User-Id", "")
	users := flag.Int("users", 1000, "")
	flag.Parse()
	transport := &http.Transport{MaxIdleConnsPerHost: 4096, DisableCompression: true}
	s := &shooter{&http.Client{Transport: transport, Timeout: *patience}, flag.Arg(0), *body, *header}

	runtime.LockOSThread()
	micros := make([]int64, int(float64(*rate)**seconds))
	var group sync.WaitGroup
	start := time.Now().Add(100 * time.Millisecond)
	for i := range micros {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(*rate))
		sleep(due)
		group.Go(func() {
			micros[i] = -1
			if s.shoot(fmt.Sprintf("unit-%d", i%*users)) {
				micros[i] = time.Since(due).Microseconds()
			}
		})
	}
	group.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(micros); err != nil {
		os.Exit(1)
	}
}
