package deploy_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestCompose holds compose.yaml to what `docker compose config` cannot know: that the job finds what the other services have, is locked up as in the cloud, and
// that nothing is open to the network.
func TestCompose(t *testing.T) {
	b, err := os.ReadFile("../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var compose object
	if err := yaml.Unmarshal(b, &compose); err != nil {
		t.Fatal(err)
	}
	services, volumes := compose["services"].(object), compose["volumes"].(object)
	for name, s := range services {
		if at(s, "ports") != nil {
			t.Errorf("%s is open to the network", name)
		}
		for _, v := range list(s, "volumes") {
			source, _, _ := strings.Cut(v.(string), ":")
			_, named := volumes[source]
			if _, err := os.Stat("../" + source); !named && err != nil {
				t.Errorf("%s mounts what is not there: %v", name, err)
			}
		}
		for other, need := range dependencies(s) {
			if services[other] == nil || need == "service_healthy" && at(services[other], "healthcheck.test") == nil {
				t.Errorf("%s waits for %s, which is not there or does not say how it is", name, other)
			}
		}
	}
	for _, name := range []string{"nayose", "migrate"} {
		s := services[name]
		if text(s, "read_only") != "true" || text(s, "cap_drop") != "[ALL]" || text(s, "security_opt") != "[no-new-privileges:true]" || at(s, "tmpfs") == nil {
			t.Errorf("%s is not locked up", name)
		}
		mounts := func(service, place string) bool {
			return slices.ContainsFunc(list(services[service], "volumes"), func(v any) bool { return strings.HasSuffix(strings.TrimSuffix(v.(string), ":ro"), ":"+place) })
		}
		bucket := strings.TrimPrefix(text(s, "environment.NAYOSE_STORE"), "s3://")
		if !mounts("s3", "/data/"+bucket) || !slices.Contains(list(services["s3"], "networks.default.aliases"), any(bucket+".s3")) {
			t.Errorf("%s: the server has no bucket %s, or no host for it", name, bucket)
		}
		for _, place := range []string{"NAYOSE_INPUT", "NAYOSE_CONFIG"} {
			if !mounts(name, text(s, "environment."+place)) {
				t.Errorf("%s: %s is not mounted", name, place)
			}
		}
		if text(s, "environment.AWS_ACCESS_KEY_ID") != text(services["s3"], "environment.ROOT_ACCESS_KEY") ||
			text(s, "environment.AWS_SECRET_ACCESS_KEY") != text(services["s3"], "environment.ROOT_SECRET_KEY") {
			t.Errorf("%s has other keys than the server", name)
		}
		if want := "postgres:///" + text(services["postgres"], "environment.POSTGRES_DB") + "?host=/var/run/postgresql&user=" +
			text(services["postgres"], "environment.POSTGRES_USER"); text(s, "environment.DATABASE_URL") != want {
			t.Errorf("%s: the database is at %s", name, want)
		}
	}
	if got := dependencies(services["nayose"]); got["migrate"] != "service_completed_successfully" || got["s3"] != "service_healthy" {
		t.Errorf("the job does not wait for its services: %v", got)
	}
}

// dependencies are the services that one waits for, and for what of each.
func dependencies(service any) map[string]string {
	needs := map[string]string{}
	depends, _ := at(service, "depends_on").(object)
	for other := range depends {
		needs[other] = text(depends, other+".condition")
	}
	return needs
}
