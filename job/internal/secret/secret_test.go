package secret

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"nayose"
)

func TestDatabase(t *testing.T) {
	const rds = `{"engine":"postgres","username":"nayose","password":"s3c/ret @","host":"db.example.com","port":5433,"dbname":"jobs"}`
	for _, c := range []struct {
		name, secret, base string
		want               string
		kind               nayose.Kind
	}{
		{"a URL", " postgres://u:s3c@db/x\n", "", "postgres://u:s3c@db/x", 0},
		{"as RDS keeps it", rds, "", "postgres://nayose:s3c%2Fret%20%40@db.example.com:5433/jobs", 0},
		{"with a URL", rds, "postgres://somebody@proxy:6432/other?sslmode=verify-full", "postgres://nayose:s3c%2Fret%20%40@proxy:6432/other?sslmode=verify-full", 0},
		{"with a socket", rds, "postgres:///other?host=/run/pg", "postgres://nayose:s3c%2Fret%20%40@/other?host=/run/pg", 0},
		{"a port as text", strings.Replace(rds, "5433", `"5433"`, 1), "", "postgres://nayose:s3c%2Fret%20%40@db.example.com:5433/jobs", 0},
		{"without a password", `{"username":"s3c"}`, "", "", nayose.Usage},
		{"no JSON", `{"username":s3c}`, "", "", nayose.Usage},
		{"with another kind of URL", rds, "host=db", "", nayose.Usage},
		{"binary", "", "", "", nayose.Usage},
		{"not there", "ResourceNotFoundException", "", "", nayose.Access},
		{"not allowed", "AccessDeniedException", "", "", nayose.Access},
		{"ill", "InternalServiceError", "", "", nayose.NotReady},
	} {
		t.Run(c.name, func(t *testing.T) {
			manager(t, c.secret)
			got, err := Database(t.Context(), "prod/nayose", c.base)
			var fault *nayose.Error
			if got != c.want || c.kind == 0 && err != nil || c.kind != 0 && (!errors.As(err, &fault) || fault.Kind != c.kind || fault.Hint == "") {
				t.Errorf("Database = %q, %v; want %q and kind %d", got, err, c.want, c.kind)
			}
			if strings.Contains(fmt.Sprint(err), "s3c") {
				t.Errorf("the error tells the secret: %v", err)
			}
		})
	}
}

// manager is a stub of Secrets Manager that holds one secret, or answers with that exception.
func manager(t *testing.T, secret string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ := io.ReadAll(r.Body)
		switch {
		case r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || !strings.Contains(string(asked), `"prod/nayose"`):
			w.WriteHeader(http.StatusBadRequest)
		case strings.HasSuffix(secret, "Exception"):
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(w, `{"__type": %q}`, secret)
		case strings.HasSuffix(secret, "Error"):
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = fmt.Fprintf(w, `{"__type": %q}`, secret)
		case secret == "":
			_, _ = io.WriteString(w, `{"SecretBinary": "czNj"}`)
		default:
			text, _ := json.Marshal(secret)
			_, _ = fmt.Fprintf(w, `{"Name": "prod/nayose", "SecretString": %s}`, text)
		}
	}))
	t.Cleanup(s.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_SECRETS_MANAGER": s.URL, "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_REGION": "ap-northeast-1",
		"AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
}
