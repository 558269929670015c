// Package secret reads the database's credentials from AWS Secrets Manager, where they may be changed while a job runs:
//
//	url, err := secret.Database(ctx, "prod/nayose", "postgres://db.example.com/nayose")
//
// A secret is the whole URL, or the JSON that RDS keeps: {"username": …, "password": …, "host": …, "port": …, "dbname": …}. Of the
// latter, what the URL given beside it says outranks host, port and dbname; without one they make the URL.
//
// It costs one request, of 30 seconds at most with all its tries, and remembers nothing.
package secret

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"nayose"
)

// patience is how long an answer is waited for, the SDK's own retries included.
const patience = 30 * time.Second

// Database is the database's URL by the secret of that name or ARN, completed by base, which may be empty. It is read anew at each call; credentials,
// region and endpoint are those of the AWS_… environment. A secret that may not be read, or is not there, is a fault of kind Access, one that is
// no such document Usage, a service that does not answer NotReady. No error has anything of its content.
func Database(ctx context.Context, name, base string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(logging.Nop{}))
	if err != nil {
		return "", nayose.Fault(nayose.Usage, fmt.Errorf("read secret %q: %w", name, err), "correct the AWS settings: AWS_PROFILE, AWS_CA_BUNDLE, ~/.aws/config")
	}
	answer, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name})
	if err != nil {
		return "", fault(fmt.Errorf("read secret %q: %w", name, err))
	}
	if answer.SecretString == nil {
		return "", nayose.Fault(nayose.Usage, fmt.Errorf("secret %q is not text", name), hintForm)
	}
	text := strings.TrimSpace(*answer.SecretString)
	if !strings.HasPrefix(text, "{") {
		return text, nil
	}
	database, err := fromJSON(text, base)
	if err != nil {
		return "", nayose.Fault(nayose.Usage, fmt.Errorf("secret %q: %w", name, err), hintForm)
	}
	return database, nil
}

const hintForm = `a secret is a URL of the database, or {"username": …, "password": …} with host, port and dbname there or in DATABASE_URL`

// fault tells what only a person can mend from what may pass.
func fault(err error) error {
	var api smithy.APIError
	var answer interface{ HTTPStatusCode() int }
	refused := errors.As(err, &answer) && answer.HTTPStatusCode()/100 == 4 && answer.HTTPStatusCode() != http.StatusTooManyRequests
	if refused && !(errors.As(err, &api) && strings.Contains(api.ErrorCode(), "Throttl")) {
		return nayose.Fault(nayose.Access, err,
			"name a secret that exists with DATABASE_SECRET, and let the role call secretsmanager:GetSecretValue on it, and kms:Decrypt on its key")
	}
	return nayose.Fault(nayose.NotReady, err, "see that Secrets Manager can be reached, by its VPC endpoint where there is no way out, then run this again")
}

// fromJSON makes a URL of what RDS keeps in a secret. Errors of the JSON parser may quote it, so they are not passed on.
func fromJSON(text, base string) (string, error) {
	var s struct {
		Username, Password, Host, DBName string
		Port                             json.Number
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return "", errors.New("it is no JSON object of strings")
	}
	if s.Username == "" || s.Password == "" {
		return "", errors.New("it lacks username or password")
	}
	u := &url.URL{Scheme: "postgres"}
	if base != "" {
		var err error
		if u, err = url.Parse(base); err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
			return "", errors.New("DATABASE_URL beside it is no postgres:// URL")
		}
	}
	if u.Host == "" && s.Host != "" && !u.Query().Has("host") {
		u.Host = net.JoinHostPort(s.Host, cmp.Or(s.Port.String(), "5432"))
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/" + s.DBName
	}
	u.User = url.UserPassword(s.Username, s.Password)
	return u.String(), nil
}
