# One image for everything that nayose does: a static binary on a base without a shell.
#
#   docker build --build-arg COMMIT=$(git rev-parse --short=12 HEAD) --build-arg VERSION=0.1.0 -t nayose .
#
# The base images are named by tag, so that a rebuild takes their security fixes. Whoever needs the same bytes each time, as a
# release does, gives them with the digests that `docker buildx imagetools inspect golang:1.26-bookworm` prints:
#
#   --build-arg BUILD_IMAGE=golang:1.26-bookworm@sha256:… --build-arg BASE_IMAGE=gcr.io/distroless/static-debian12:nonroot@sha256:…
#
# The binary is then the same to the bit, wherever it is built: no path, no time and no state of a clone is in it.
ARG BUILD_IMAGE=golang:1.26-bookworm
ARG BASE_IMAGE=gcr.io/distroless/static-debian12:nonroot
FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG COMMIT VERSION
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -o /nayose \
    -ldflags "-s -w ${COMMIT:+-X main.commit=$COMMIT} ${VERSION:+-X main.version=$VERSION}" ./job
# The licences of all that the binary is made of ask to go where it goes: NOTICE says which they are, their texts lie below /licences.
RUN go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' ./job | sort -u | while read -r module dir; do \
        mkdir -p "/licences/$module" && find "$dir" -maxdepth 1 -type f \( -iname '*licen[cs]e*' -o -iname 'notice*' \) -exec cp {} "/licences/$module" \; ; \
    done && mkdir -p /licences/go /licences/echarts && cp "$(go env GOROOT)/LICENSE" /licences/go && \
    cp job/internal/report/echarts/LICENSE* job/internal/report/echarts/NOTICE /licences/echarts

FROM ${BASE_IMAGE}
COPY --from=build /nayose /nayose
COPY --from=build /licences /licences
COPY NOTICE /NOTICE
# This is the base's user nonroot, in digits: Kubernetes' runAsNonRoot cannot tell from a name that it is not root.
USER 65532:65532
# Temporary files. On a read-only root the engine puts a volume here; Fargate gives it the rights that the directory has in the image, where
# everybody may write, and without this line to root alone.
VOLUME /tmp
ENTRYPOINT ["/nayose"]
